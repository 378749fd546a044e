"""The columns that events of a site and events of the system have in common."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Event:
    """Who did what to which thing, when and from where. No names and no texts.

    `address` is masked; `subject` names a thing by kind and id, such as `interaction:17`;
    `api_key_id` is the key that the actor's machine called with, if one did.
    """

    at: Mapped[datetime] = mapped_column(server_default=func.now())
    action: Mapped[str]
    subject: Mapped[str | None]
    address: Mapped[str | None]
    request_id: Mapped[str | None]
    details: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    api_key_id: Mapped[int | None]

    @declared_attr
    def actor_id(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy passes the class
        """The user who did it; null when nobody was logged in."""
        return mapped_column(ForeignKey("app.users.id"))

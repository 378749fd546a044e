"""A link by e-mail with which a password can be set once."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import LinkKind
from app.models.base import Base, one_of


class PasswordLink(Base):
    """One link: to a person who forgot their password, or who is invited and has none yet."""

    __tablename__ = "password_links"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    kind: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", LinkKind), name="kind"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_length"),
        Index("ix_password_links_user_id", "user_id"),
        Index("ix_password_links_expires_at", "expires_at"),
    )

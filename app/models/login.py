"""A login: one person at one browser or one program, from entering to leaving."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import LoginKind, LoginMethod
from app.models.base import Base, one_of


class Login(Base):
    """One login, whose secret changes as it goes on: a refresh token's, or a session cookie's.

    Hashes are SHA-256 of the secrets. `secret_hash` is the one in use; a session's successor
    waits in `next_hash` until the browser shows that it has it, and what it replaces stays in
    `previous_hash`. `expires_at` moves on with use. `address` is masked; `provider_session` is
    what the provider calls this login, for logging out there too.
    """

    __tablename__ = "logins"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    kind: Mapped[str] = mapped_column(server_default=LoginKind.TOKEN)
    method: Mapped[str] = mapped_column(server_default=LoginMethod.PASSWORD)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    renewed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    offered_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str | None]
    user_agent: Mapped[str | None]
    provider_session: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", LoginKind), name="kind"),
        CheckConstraint(one_of("method", LoginMethod), name="method"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_length"),
        Index("ix_logins_user_id", "user_id"),
        Index("ix_logins_expires_at", "expires_at"),
    )

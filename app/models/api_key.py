"""A key with which a machine calls on behalf of a person."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import Role
from app.models.base import Base, one_of


class ApiKey(Base):
    """One key: what it reaches is at most these sites in this role, and what its owner reaches.

    `public_id` is the part of the key that is no secret. Hashes are HMAC-SHA-256 of the secrets;
    `previous_hash` is that of the secret before the last rotation, good until
    `previous_expires_at`.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    name: Mapped[str]
    public_id: Mapped[str]
    role: Mapped[str]
    site_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    rotated_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_length"),
        CheckConstraint("expires_at <= created_at + interval '366 days'", name="lifetime"),
        UniqueConstraint("public_id"),
        Index("ix_api_keys_owner_id", "owner_id"),
    )

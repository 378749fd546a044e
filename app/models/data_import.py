"""An import: a file that somebody sent, what it means, and what came of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import ImportStage
from app.models.base import Base, Timestamped, one_of


class Import(Timestamped, Base):
    """One import of one person.

    `site_ids` are the sites that whoever sent it could reach by the credential they sent it with;
    what is written later is bound to them. `rows_written` is how far the file has been
    written, and grows in the transaction of the rows themselves: so a commit that was cut off goes
    on where it stood. The keys say where the files lie, until `expires_at`.
    """

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    site_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    stage: Mapped[str]
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str]
    file_size: Mapped[int] = mapped_column(BigInteger)
    file_hash: Mapped[str]
    file_key: Mapped[str | None]
    errors_key: Mapped[str | None]
    expires_at: Mapped[datetime]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fault: Mapped[str | None]
    check: Mapped[dict[str, Any] | None] = mapped_column("check_outcome", JSONB(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rows_written: Mapped[int] = mapped_column(BigInteger, server_default="0")
    operation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("app.operations.id"))

    __table_args__ = (
        CheckConstraint(one_of("stage", ImportStage), name="stage"),
        CheckConstraint("jsonb_typeof(options) = 'object'", name="options_form"),
        CheckConstraint("char_length(file_name) BETWEEN 1 AND 255", name="file_name_length"),
        Index("ix_imports_owner_id_id", "owner_id", text("id DESC")),
        Index(
            "ix_imports_expires_at",
            "expires_at",
            postgresql_where=text("file_key IS NOT NULL OR errors_key IS NOT NULL"),
        ),
        Index(
            "ix_imports_operation_id",
            "operation_id",
            postgresql_where=text("operation_id IS NOT NULL"),
        ),
    )

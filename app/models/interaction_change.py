"""The history of interactions: one row a change, never updated, outliving its interaction."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import ChangeType
from app.models.base import Base, SiteOwned, one_of


class InteractionChange(SiteOwned, Base):
    """One change; `version` is the one it led to. No foreign key: history outlives its row.

    `api_key_id` is the key with which whoever made it called, if it was one.
    """

    __tablename__ = "interaction_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    interaction_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    change_type: Mapped[str]
    changed_by: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    api_key_id: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changes: Mapped[dict[str, object]] = mapped_column(JSONB)
    before_state: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    after_state: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    operation_id: Mapped[uuid.UUID | None]

    __table_args__ = (
        CheckConstraint(one_of("change_type", ChangeType), name="change_type"),
        UniqueConstraint("site_id", "interaction_id", "version"),
        # With all that the audit shows of a change, so that it never reads the texts beside it.
        Index(
            "ix_interaction_changes_site_changed_at",
            "site_id",
            text("changed_at DESC"),
            text("id DESC"),
            postgresql_include=[
                "interaction_id",
                "version",
                "change_type",
                "changed_by",
                "operation_id",
            ],
        ),
        Index(
            "ix_interaction_changes_operation_id",
            "site_id",
            "operation_id",
            "interaction_id",
            postgresql_where=text("operation_id IS NOT NULL"),
        ),
        Index("ix_interaction_changes_changed_at", text("changed_at DESC"), text("id DESC")),
    )

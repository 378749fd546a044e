"""A report that is made again and again."""

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
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Timestamped


class ReportSchedule(Timestamped, Base):
    """One schedule of one person.

    `site_ids` are the sites that the request was for which made it; null: all that its owner has
    whenever a report is made.
    """

    __tablename__ = "report_schedules"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    site_ids: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    cron: Mapped[str]
    tz: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=true())
    next_run_at: Mapped[datetime]
    last_report_id: Mapped[int | None] = mapped_column(BigInteger)
    last_error_code: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content_form"),
        CheckConstraint("char_length(cron) BETWEEN 9 AND 100", name="cron_length"),
        Index("ix_report_schedules_owner_id", "owner_id"),
        Index("ix_report_schedules_next_run_at", "next_run_at", postgresql_where=text("is_active")),
    )

"""A background job: what somebody asked for, and how far it is."""

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
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.vocabulary import JobKind, JobStatus, Role
from app.models.base import Base, one_of


class Job(Base):
    """One job of one person. The row is the truth about it; Redis only carries its id.

    `attempt` grows each time that a worker takes the job, and whoever writes about it says which
    attempt is theirs: a worker that was believed dead can change nothing any more. `setbacks`
    counts the attempts that came to nothing through no fault of the job.

    `site_ids` are the sites that it may be about, those of its owner when it was asked for; and
    `highest_role` is the most that the credential allowed, if that was less than the owner may.
    `api_key_id` is the key that it was asked for with; once that is revoked it is not done.
    When it runs, what its owner may see by then is looked up, and the less of both holds.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("app.users.id"))
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    site_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    highest_role: Mapped[str | None]
    api_key_id: Mapped[int | None] = mapped_column(Integer)
    request_id: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=JobStatus.QUEUED.value)
    attempt: Mapped[int] = mapped_column(server_default="0")
    setbacks: Mapped[int] = mapped_column(server_default="0")
    rows_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_total: Mapped[int | None] = mapped_column(BigInteger)
    timeout_seconds: Mapped[int | None]
    error_code: Mapped[str | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    file_key: Mapped[str | None]
    file_name: Mapped[str | None]
    media_type: Mapped[str | None]
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("kind", JobKind), name="kind"),
        CheckConstraint(one_of("status", JobStatus), name="status"),
        CheckConstraint(one_of("highest_role", Role), name="highest_role"),
        CheckConstraint("jsonb_typeof(parameters) = 'object'", name="parameters_form"),
        CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="error_code"),
        Index("ix_jobs_owner_id_id", "owner_id", text("id DESC")),
        # Whose turn it is: when each owner last had one.
        Index("ix_jobs_owner_id_started_at", "owner_id", text("started_at DESC NULLS LAST")),
        Index("ix_jobs_open", "due_at", postgresql_where=text("status IN ('queued', 'running')")),
        Index("ix_jobs_expires_at", "expires_at", postgresql_where=text("file_key IS NOT NULL")),
    )

"""Background jobs, as those who run the service see them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.core.page import Page
from app.core.vocabulary import JobKind, JobStatus


class JobRead(BaseModel):
    """A job, without what it was asked: that is its owner's."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: JobKind
    status: JobStatus
    owner_id: int
    request_id: str | None = Field(description="The id of the request that asked for it.")
    attempt: int = Field(description="How often a worker has taken it.")
    setbacks: int = Field(description="How often that came to nothing by no fault of the job.")
    error_code: str | None
    rows_done: int
    rows_total: int | None
    timeout_seconds: int | None
    file_size: int | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None


class QueueState(BaseModel):
    """How much there is to do, and for how long it has been waiting."""

    model_config = ConfigDict(from_attributes=True)

    queued: int
    running: int
    oldest_queued_seconds: float | None = Field(
        description="How long the job has been due that waits longest."
    )


class JobPage(Page):
    """A page of jobs, newest first."""

    jobs: list[JobRead]
    queue: QueueState

"""Statements of those who run the service: every job, whoever owns it."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, func, literal, select
from sqlalchemy.orm import defer

from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.core.vocabulary import JobStatus
from app.jobs.filters import JobFilters
from app.models import Job
from app.tenancy.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Queue:
    """How much there is to do."""

    queued: int
    running: int
    oldest_queued_seconds: float | None


async def list_jobs(
    session: ReadSession, chosen: JobFilters, page: PageRequest
) -> tuple[list[Job], int]:
    """A page of jobs, newest first, and how many there are. What was asked is not even read."""
    conditions = _conditions(chosen)
    statement = (
        select(Job)
        .options(defer(Job.parameters), defer(Job.file_name))
        .where(*conditions)
        .order_by(Job.id.desc())
        .limit(page.page_size)
        .offset(page.offset)
    )
    count = select(func.count()).select_from(Job).where(*conditions)
    return list(await session.scalars(statement)), await session.scalar(count) or 0


async def read_queue(session: ReadSession) -> Queue:
    """How much there is to do, and since when."""
    is_queued = Job.status == JobStatus.QUEUED.value
    waits = func.extract("epoch", func.now() - func.min(Job.due_at).filter(is_queued))
    statement = select(
        func.count().filter(is_queued),
        func.count().filter(Job.status == JobStatus.RUNNING.value),
        func.greatest(waits, 0),
    ).where(Job.status.in_([JobStatus.QUEUED.value, JobStatus.RUNNING.value]))
    queued, running, seconds = (await session.execute(statement)).one()
    return Queue(queued, running, float(seconds) if queued else None)


async def retry_job(session: WriteSession, job_id: int) -> Job:
    """Queue a failed job anew, as if it had never been tried.

    Raises:
        NotFound: There is no such job.
        Conflict: It has not failed.
    """
    is_it = Job.id == literal(job_id, BigInteger())
    row: Job | None = await session.scalar(select(Job).where(is_it).with_for_update())
    if row is None:
        raise NotFound("There is no such job")
    if row.status != JobStatus.FAILED.value:
        raise Conflict("Only a failed job can be tried again")
    row.status, row.error_code, row.setbacks, row.rows_done = JobStatus.QUEUED.value, None, 0, 0
    row.rows_total = row.finished_at = None
    row.due_at = func.now()
    await session.flush()
    await session.refresh(row)
    return row


def _conditions(chosen: JobFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.kind:
        found.append(Job.kind.in_([kind.value for kind in chosen.kind]))
    if chosen.status:
        found.append(Job.status.in_([status.value for status in chosen.status]))
    if chosen.owner_id is not None:
        found.append(Job.owner_id == chosen.owner_id)
    return found

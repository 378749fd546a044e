"""Statements about jobs. What an attempt writes, it writes only while it is the current one."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import JobError, JobStatus
from app.jobs.claiming import MAX_SETBACKS, SILENT_SECONDS
from app.models import Job

BACK_OFF = timedelta(seconds=5)
"""How long a job waits after its first setback; twice as long after each further one."""

KEPT_DAYS = 90
"""For how long it is known what became of a job."""

BATCH = 100

OPEN = tuple(status.value for status in JobStatus if status.is_open)


async def update_attempt(
    session: AsyncSession, job_id: int, attempt: int, values: Mapping[str, object]
) -> bool:
    """Write what an attempt has to say; tells whether it is still the one that counts."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.attempt == attempt, Job.status == JobStatus.RUNNING.value)
        .values(**values)
        .returning(Job.id)
    )
    return await session.scalar(statement) is not None


async def fail_attempt(session: AsyncSession, job_id: int, attempt: int, *, code: str) -> bool:
    """Note that a job has failed; tells whether it had."""
    values = {"status": JobStatus.FAILED.value, "error_code": code, "finished_at": func.now()}
    return await update_attempt(session, job_id, attempt, values)


async def hand_back(session: AsyncSession, job_id: int, attempt: int) -> bool:
    """Let another worker begin anew with a job, at once."""
    return await update_attempt(session, job_id, attempt, {"status": JobStatus.QUEUED.value})


async def set_back(session: AsyncSession, job: Job) -> bool:
    """Let a job be tried again in a while, unless it has been tried often enough."""
    if job.setbacks + 1 >= MAX_SETBACKS:
        return await fail_attempt(session, job.id, job.attempt, code=JobError.UNAVAILABLE.value)
    values = {
        "status": JobStatus.QUEUED.value,
        "setbacks": job.setbacks + 1,
        "due_at": func.now() + BACK_OFF * 2**job.setbacks,
    }
    return await update_attempt(session, job.id, job.attempt, values)


async def withdraw_job(session: AsyncSession, job_id: int) -> bool:
    """Take a job back that no worker has begun with; tells whether it is gone."""
    is_untouched = Job.id == job_id, Job.status == JobStatus.QUEUED.value, Job.attempt == 0
    statement = delete(Job).where(*is_untouched).returning(Job.id)
    return await session.scalar(statement) is not None


async def cancel_job(session: AsyncSession, job_id: int) -> bool:
    """End a job that is not over; tells whether there was one to end."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.status.in_(OPEN))
        .values(status=JobStatus.CANCELLED.value, finished_at=func.now())
        .returning(Job.id)
    )
    return await session.scalar(statement) is not None


async def abandon_dead_jobs(session: AsyncSession) -> list[int]:
    """Give up the jobs whose workers have died too often; answers their ids."""
    is_silent = Job.heartbeat_at <= func.now() - timedelta(seconds=SILENT_SECONDS)
    statement = (
        update(Job)
        .where(Job.status == JobStatus.RUNNING.value, is_silent, Job.setbacks + 1 >= MAX_SETBACKS)
        .values(
            status=JobStatus.FAILED.value,
            error_code=JobError.ABANDONED.value,
            finished_at=func.now(),
        )
        .returning(Job.id)
    )
    return list(await session.scalars(statement))


async def expire_files(session: AsyncSession) -> None:
    """End the time of the files that have been kept for as long as they are."""
    statement = (
        update(Job)
        .where(Job.file_key.is_not(None), Job.expires_at <= func.now(), _is(JobStatus.SUCCEEDED))
        .values(status=JobStatus.EXPIRED.value)
    )
    await session.execute(statement)


async def list_dropped_files(session: AsyncSession) -> list[tuple[int, str]]:
    """Some jobs whose file is to be removed, and where it lies."""
    statement = select(Job.id, Job.file_key).where(
        Job.file_key.is_not(None), _is(JobStatus.EXPIRED)
    )
    rows = (await session.execute(statement.limit(BATCH))).all()
    return [(job_id, key) for job_id, key in rows if key is not None]


async def forget_file(session: AsyncSession, job_id: int) -> None:
    """Note that the file of a job is removed."""
    is_dropped = Job.id == job_id, _is(JobStatus.EXPIRED)
    await session.execute(update(Job).where(*is_dropped).values(file_key=None))


async def delete_old_jobs(session: AsyncSession) -> None:
    """Forget what became of jobs long ago, of which no file is left."""
    is_old = Job.finished_at < func.now() - timedelta(days=KEPT_DAYS)
    await session.execute(
        delete(Job).where(is_old, Job.file_key.is_(None), Job.status.not_in(OPEN))
    )


def _is(status: JobStatus) -> ColumnElement[bool]:
    return Job.status == status.value

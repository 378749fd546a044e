"""Asking for an operation to be taken back."""

from datetime import UTC, datetime
from uuid import uuid4

from app.audit.record import Action, record_event
from app.core.errors import Conflict
from app.core.vocabulary import JobKind, JobStatus
from app.jobs.dependencies import NewJobs
from app.operations import repository
from app.operations.repository import Found
from app.tenancy.session import WriteSession


async def ask_for_undo(session: WriteSession, jobs: NewJobs, found: Found) -> Found:
    """Have a locked operation taken back; one that was cut off on its way goes on.

    So does one that was taken back at some sites only, because the caller could not write to the
    others then, or had not named them.

    Raises:
        Conflict: It is being written still, or taken back already.
    """
    row, job = found
    if job is not None and JobStatus(job.status).is_open:
        raise Conflict("The operation is being taken back already")
    if await repository.is_being_written(session, row.id):
        raise Conflict("The operation is still being written; wait for it")
    if row.undone_at is not None and not await repository.is_left(session, row):
        raise Conflict("The operation was taken back already at your sites; nothing of it is left")
    job = await jobs.add(session, JobKind.IMPORT_UNDO, {"operation_id": str(row.id)})
    row.undo_id = row.undo_id or uuid4()
    row.undo_job_id, row.undo_asked_at, row.undone_at = job.id, datetime.now(UTC), None
    record_event(
        session,
        Action.OPERATION_UNDONE,
        actor_id=session.scope.user_id,
        subject=f"operation:{row.id}",
    )
    await session.flush()
    return row, job

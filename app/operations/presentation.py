"""From a row and its job to the answer."""

from app.core.vocabulary import JobStatus, OperationKind
from app.models import Job, Operation
from app.operations.schemas import OperationRead, Undo, UndoOutcome


def present(row: Operation, job: Job | None) -> OperationRead:
    """An operation as its owner reads it."""
    return OperationRead(
        id=row.id,
        kind=OperationKind(row.kind),
        created_at=row.created_at,
        undo=_undo(row, job),
    )


def _undo(row: Operation, job: Job | None) -> Undo | None:
    if row.undo_asked_at is None:
        return None
    status = _status(row, job)
    return Undo(
        status=status,
        job_id=row.undo_job_id,
        progress=_progress(status, job),
        asked_at=row.undo_asked_at,
        undone_at=row.undone_at,
        outcome=None if row.outcome is None else outcome_of(row),
    )


def outcome_of(row: Operation) -> UndoOutcome:
    """What taking an operation back has done so far."""
    return UndoOutcome.model_validate(row.outcome or {})


def _status(row: Operation, job: Job | None) -> JobStatus:
    if row.undone_at is not None:
        return JobStatus.SUCCEEDED
    return JobStatus.FAILED if job is None else JobStatus(job.status)


def _progress(status: JobStatus, job: Job | None) -> int:
    if status is JobStatus.SUCCEEDED:
        return 100
    total = None if job is None else job.rows_total
    return min(99, job.rows_done * 100 // total) if job is not None and total else 0

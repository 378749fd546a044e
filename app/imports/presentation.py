"""From a row and its job to the answer."""

from typing import Any

from app.core.vocabulary import ImportStage, JobError, JobStatus
from app.imports.answers import ImportFault, ImportRead, ImportState
from app.imports.outcomes import FileReading, Outcome
from app.imports.schemas import ImportOptions
from app.models import Import, Job


def present_state(row: Import, job: Job | None) -> ImportState:
    """How far an import is."""
    return ImportState(**_state(row, job))


def present(row: Import, job: Job | None) -> ImportRead:
    """All that is known of an import."""
    return ImportRead(
        **_state(row, job),
        options=ImportOptions.model_validate(row.options),
        reading=None if row.reading is None else FileReading.model_validate(row.reading),
        check=None if row.check is None else Outcome.model_validate(row.check),
        result=None if row.result is None else Outcome.model_validate(row.result),
    )


def status_of(row: Import, job: Job | None) -> JobStatus:
    """Of the stage that an import is at; a job is forgotten after a while, or never came to be."""
    if job is not None and JobStatus(job.status).is_open:
        return JobStatus(job.status)
    is_check = row.stage == ImportStage.CHECK
    if is_check and row.file_key is None:
        return JobStatus.EXPIRED
    if job is not None:
        return JobStatus(job.status)
    is_done = row.check is not None if is_check else row.file_key is None
    return JobStatus.SUCCEEDED if is_done else JobStatus.FAILED


def _state(row: Import, job: Job | None) -> dict[str, Any]:
    status = status_of(row, job)
    done = job.rows_done if job is not None else row.rows_written
    total = None if job is None else job.rows_total
    return {
        "id": row.id,
        "job_id": row.job_id,
        "stage": row.stage,
        "status": status,
        "progress": _progress(status, done, total),
        "rows_done": done,
        "rows_total": total,
        "file_name": row.file_name,
        "file_size": row.file_size,
        "file_hash": row.file_hash,
        "error": _fault(row, job) if status is JobStatus.FAILED else None,
        "operation_id": row.operation_id,
        "has_errors_file": row.errors_key is not None,
        "expires_at": row.expires_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _progress(status: JobStatus, done: int, total: int | None) -> int:
    if status is JobStatus.SUCCEEDED:
        return 100
    return min(99, done * 100 // total) if total else 0


def _fault(row: Import, job: Job | None) -> ImportFault:
    code = JobError.UNAVAILABLE.value if job is None else str(job.error_code)
    return ImportFault(code=code, message=row.fault or _SENTENCES.get(code, "It did not work"))


_SENTENCES = {
    JobError.TIMEOUT.value: "It took too long",
    JobError.FORBIDDEN.value: "You may not write to these sites any more",
    JobError.UNAVAILABLE.value: "The service was not available; ask again",
    JobError.ABANDONED.value: "It was given up after several tries",
    JobError.SERVER_ERROR.value: "Something went wrong on our side",
}

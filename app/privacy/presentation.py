"""From a job to the request that its owner sees."""

from app.core.vocabulary import JobStatus
from app.models import Job
from app.privacy.schemas import (
    PrivacyFile,
    PrivacyKind,
    PrivacyOutcome,
    PrivacyParameters,
    PrivacyRead,
)


def present(row: Job) -> PrivacyRead:
    """A request as its owner sees it."""
    asked = PrivacyParameters.model_validate(row.parameters)
    status, file = JobStatus(row.status), None
    if status is JobStatus.SUCCEEDED and row.file_name is not None:
        file = PrivacyFile(
            name=row.file_name, media_type=row.media_type or "", size=row.file_size or 0
        )
    return PrivacyRead(
        id=row.id,
        job_id=row.id,
        kind=PrivacyKind(row.kind),
        status=status,
        person=asked.person,
        dry_run=asked.dry_run,
        site_ids=row.site_ids,
        rows_done=row.rows_done,
        outcome=None if row.result is None else PrivacyOutcome.model_validate(row.result),
        error_code=row.error_code,
        file=file,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )

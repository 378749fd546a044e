"""From a job to the report that its owner sees."""

from datetime import UTC, datetime

from app.core.vocabulary import JobStatus
from app.models import Job
from app.reports import rules
from app.reports.kinds import ReportKind
from app.reports.schemas import ReportFile, ReportParameters, ReportRead


def present(row: Job, *, rows_per_second: float | None = None) -> ReportRead:
    """A report as its owner sees it."""
    asked = ReportParameters.model_validate(row.parameters)
    status = JobStatus(row.status)
    file = None
    if status is JobStatus.SUCCEEDED and row.file_name is not None:
        file = ReportFile(
            name=row.file_name, media_type=row.media_type or "", size=row.file_size or 0
        )
    return ReportRead(
        id=row.id,
        job_id=row.id,
        status=status,
        progress=rules.progress(
            row.rows_done, row.rows_total, is_done=status is JobStatus.SUCCEEDED
        ),
        estimated_completion=_estimate(row, rows_per_second) if status.is_open else None,
        kind=ReportKind(row.kind),
        format=asked.format,
        title=asked.title,
        filters=asked.filters,
        tz=asked.tz,
        site_ids=row.site_ids,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        error_code=row.error_code,
        file=file,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )


def _estimate(row: Job, rows_per_second: float | None) -> datetime | None:
    is_running = row.status == JobStatus.RUNNING.value
    return rules.estimated_completion(
        now=datetime.now(UTC),
        started_at=row.started_at if is_running else None,
        rows_done=row.rows_done if is_running else 0,
        rows_total=row.rows_total,
        rows_per_second=rows_per_second,
    )

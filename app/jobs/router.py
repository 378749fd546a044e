"""`/jobs`: what is done in the background, for those who run the service."""

from fastapi import Request, Response

from app.audit.record import Action, record_event
from app.auth.dependencies import SystemAdmin
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.jobs import administration
from app.jobs.dependencies import JobId, NewJobsAfterCommit
from app.jobs.filters import Filters
from app.jobs.schemas import JobPage, JobRead, QueueState
from app.tenancy.dependencies import Reads, Writes

router = Router(prefix="/jobs", tags=["jobs"])


@router.get("", operation_id="listJobs", response_model_exclude_unset=True)
async def list_jobs(
    request: Request,
    response: Response,
    _caller: SystemAdmin,
    session: Reads,
    filters: Filters,
    paging: Paging,
) -> JobPage:
    """List all background jobs, newest first, with the depth and the age of the queue.

    A job that failed with `abandoned` lost its worker too often.
    """
    rows, total = await administration.list_jobs(session, filters, paging)
    page = JobPage(
        jobs=[JobRead.model_validate(row) for row in rows],
        queue=QueueState.model_validate(await administration.read_queue(session)),
        **page_fields(paging, total),
    )
    link_pages(response, request.url, page)
    return page


@router.post("/{job_id}/retry", operation_id="retryJob", status_code=202)
async def retry_job(
    caller: SystemAdmin, jobs: NewJobsAfterCommit, session: Writes, job_id: JobId
) -> JobRead:
    """Queue a failed job anew. It runs under the access that its owner has by then."""
    row = await administration.retry_job(session, job_id)
    jobs.tell_of(row)
    record_event(session, Action.JOB_RETRIED, actor_id=caller.user_id, subject=f"job:{row.id}")
    return JobRead.model_validate(row)

"""`/reports`: files about interactions, made in the background."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.audit.record import Action
from app.auth.dependencies import CurrentAuthentication, Engine
from app.core.http.attachment import file_content
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.rate_limit.classes import RateClass, limited_as
from app.jobs.dependencies import CurrentStorage, NewJobsAfterCommit
from app.reports import repository
from app.reports.asking import ask, expected_rows
from app.reports.audit import record_report
from app.reports.dependencies import (
    NAMES_SITES,
    CurrentDirectPool,
    OwnReport,
    ReportId,
)
from app.reports.download import answer_file
from app.reports.events import events_of
from app.reports.kinds import ReportFormat
from app.reports.presentation import present
from app.reports.schemas import ReportCreate, ReportPage, ReportRead
from app.reports.watching import watch
from app.tenancy.dependencies import CurrentScope, Reads, Writes

router = Router(prefix="/reports", tags=["reports"])

FILES = file_content(*(one.media_type.partition(";")[0] for one in ReportFormat))
"""What a download may be, as the document names it."""

EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "event": {"const": "report"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
"""One event of a stream."""


@router.post(
    "",
    operation_id="requestReport",
    status_code=202,
    response_model_exclude_unset=True,
    openapi_extra=limited_as(RateClass.JOBS),
    dependencies=NAMES_SITES,
)
async def request_report(
    request: Request,
    response: Response,
    jobs: NewJobsAfterCommit,
    session: Writes,
    pool: CurrentDirectPool,
    body: ReportCreate,
) -> ReportRead:
    """Ask for a report. It is made in the background, and shows what its owner may see then.

    An export never holds confidential notes. In CSV a cell that a spreadsheet would take for a
    formula begins with an apostrophe. While the queue is out of reach, nothing is accepted (503).
    """
    asked = await ask(session, body)
    row = await jobs.add(session, asked.kind, asked.parameters, scope=asked.scope)
    row.rows_total = await expected_rows(pool, asked)
    record_report(session, Action.REPORT_REQUESTED, row)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return present(row, rows_per_second=await repository.read_speed(session, row))


@router.get("", operation_id="listReports", response_model_exclude_unset=True)
async def list_reports(
    request: Request, response: Response, session: Reads, paging: Paging
) -> ReportPage:
    """List the caller's own reports, newest first."""
    rows, total = await repository.list_reports(session, paging)
    page = ReportPage(reports=[present(row) for row in rows], **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.get("/{report_id}", operation_id="getReport", response_model_exclude_unset=True)
async def get_report(session: Reads, report_id: ReportId) -> ReportRead:
    """Read one of the caller's reports, and how far it is."""
    row = await repository.get_report(session, report_id)
    return present(row, rows_per_second=await repository.read_speed(session, row))


@router.get(
    "/{report_id}/events",
    operation_id="watchReport",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": EVENT}}}},
)
async def watch_report(
    request: Request, authentication: CurrentAuthentication, scope: CurrentScope, report: OwnReport
) -> StreamingResponse:
    """Watch a report: an event `report` with its state whenever that changes, up to the end.

    The data of each event are what `GET /reports/{report_id}` answers at that moment.
    """
    look = watch(request, authentication, scope, report.id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events_of(look), headers=headers, media_type="text/event-stream")


@router.get(
    "/{report_id}/download",
    operation_id="downloadReport",
    response_class=Response,
    responses={
        200: {"description": "The file", "content": FILES},
        206: {"description": "The part that `Range` names", "content": FILES},
    },
)
async def download_report(
    request: Request,
    engine: Engine,
    storage: CurrentStorage,
    scope: CurrentScope,
    report: OwnReport,
) -> Response:
    """Download the file of a report, or a part of it (`Range`, `If-Range`).

    It is only for who may still see all sites that it tells of.
    """
    return await answer_file(request, engine, storage, scope=scope, row=report)


@router.delete("/{report_id}", operation_id="dropReport", status_code=204, response_class=Response)
async def drop_report(session: Writes, report_id: ReportId) -> None:
    """Cancel a report that is not done yet, or drop the file of one that is."""
    row = await repository.get_report(session, report_id)
    if await repository.drop_report(session, row):
        record_report(session, Action.REPORT_DROPPED, row)

"""`/report-schedules`: reports that are made again and again."""

from typing import Annotated

from fastapi import Path, Request, Response

from app.audit.record import Action, record_event
from app.auth.dependencies import PersonalCaller
from app.core.fields import Id
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.reports.asking import ask
from app.reports.dependencies import NAMES_SITES
from app.reports.schedules import repository
from app.reports.schedules.presentation import changed_values, new_values, present
from app.reports.schedules.schemas import (
    ReportScheduleCreate,
    ReportSchedulePage,
    ReportSchedulePatch,
    ReportScheduleRead,
)
from app.tenancy.dependencies import Reads, Writes

router = Router(prefix="/report-schedules", tags=["reports"])

ScheduleId = Annotated[Id, Path(description="The schedule's id.")]


@router.post("", operation_id="createReportSchedule", status_code=201, dependencies=NAMES_SITES)
async def create_schedule(
    request: Request,
    response: Response,
    caller: PersonalCaller,
    session: Writes,
    body: ReportScheduleCreate,
) -> ReportScheduleRead:
    """Have a report made whenever a cron line says so, up to 20 schedules.

    Each report is made under the access that its owner has at that moment, and announced by
    e-mail with a link. Times that came while nothing could be made are made up for once.
    """
    await ask(session, body)  # what cannot be made now would not be made then
    row = await repository.create_schedule(
        session, new_values(body, caller=caller, scope=session.scope)
    )
    _record(session, Action.SCHEDULE_CREATED, row.id)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return present(row)


@router.get("", operation_id="listReportSchedules", response_model_exclude_unset=True)
async def list_schedules(
    request: Request, response: Response, session: Reads, paging: Paging
) -> ReportSchedulePage:
    """List the caller's own schedules, oldest first."""
    rows, total = await repository.list_schedules(session, paging)
    page = ReportSchedulePage(
        report_schedules=[present(row) for row in rows], **page_fields(paging, total)
    )
    link_pages(response, request.url, page)
    return page


@router.get("/{schedule_id}", operation_id="getReportSchedule", response_model_exclude_unset=True)
async def get_schedule(session: Reads, schedule_id: ScheduleId) -> ReportScheduleRead:
    """Read one of the caller's schedules, and when it has its next times."""
    return present(await repository.get_schedule(session, schedule_id))


@router.patch(
    "/{schedule_id}", operation_id="updateReportSchedule", response_model_exclude_unset=True
)
async def update_schedule(
    _caller: PersonalCaller, session: Writes, schedule_id: ScheduleId, body: ReportSchedulePatch
) -> ReportScheduleRead:
    """Change when a schedule has its times, what its reports are called, or whether it is on."""
    row = await repository.lock_schedule(session, schedule_id)
    await repository.update_schedule(session, row, changed_values(row, body))
    _record(session, Action.SCHEDULE_CHANGED, row.id)
    return present(row)


@router.delete(
    "/{schedule_id}",
    operation_id="deleteReportSchedule",
    status_code=204,
    response_class=Response,
)
async def delete_schedule(
    _caller: PersonalCaller, session: Writes, schedule_id: ScheduleId
) -> None:
    """Delete a schedule. The reports that it has made stay as long as others do."""
    row = await repository.lock_schedule(session, schedule_id)
    await repository.delete_schedule(session, row)
    _record(session, Action.SCHEDULE_DELETED, row.id)


def _record(session: Writes, action: Action, schedule_id: int) -> None:
    subject = f"report_schedule:{schedule_id}"
    record_event(session, action, actor_id=session.scope.user_id, subject=subject)

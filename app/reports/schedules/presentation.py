"""From a row to the schedule that its owner sees, and from a body to a row."""

from datetime import UTC, datetime

from pydantic_core import PydanticCustomError

from app.auth.caller import Caller
from app.core.errors import ValidationFailed
from app.models import ReportSchedule
from app.reports.schedules.rules import next_runs
from app.reports.schedules.schemas import (
    ReportScheduleCreate,
    ReportSchedulePatch,
    ReportScheduleRead,
    require_cron,
)
from app.reports.schemas import ReportContent
from app.tenancy.scope import SiteScope

SHOWN_RUNS = 5

_OF_SCHEDULE = {"cron", "tz", "is_active"}


def present(row: ReportSchedule) -> ReportScheduleRead:
    """A schedule as its owner sees it."""
    now = datetime.now(UTC)
    runs = next_runs(row.cron, row.tz, after=now, count=SHOWN_RUNS) if row.is_active else []
    return ReportScheduleRead(
        id=row.id,
        cron=row.cron,
        tz=row.tz,
        is_active=row.is_active,
        content=content_of(row),
        next_runs=runs,
        last_report_id=row.last_report_id,
        last_error_code=row.last_error_code,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def content_of(row: ReportSchedule) -> ReportContent:
    """What its reports are to tell."""
    return ReportContent.model_validate(row.content | {"tz": row.tz})


def new_values(
    body: ReportScheduleCreate, *, caller: Caller, scope: SiteScope
) -> dict[str, object]:
    """The columns of a new schedule; one that was made for some sites stays with those."""
    content = body.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=_OF_SCHEDULE)
    is_narrowed = scope.roles.keys() != caller.roles.keys()
    return {
        "content": content,
        "site_ids": list(scope.site_ids) if is_narrowed else None,
        "cron": body.cron,
        "tz": body.tz,
        "is_active": body.is_active,
        "next_run_at": first_run(body.cron, body.tz),
    }


def changed_values(row: ReportSchedule, body: ReportSchedulePatch) -> dict[str, object]:
    """The columns that a change sets.

    Raises:
        ValidationFailed: Line and zone do not go together.
    """
    given = body.model_dump(exclude_none=True)
    cron, tz = given.get("cron", row.cron), given.get("tz", row.tz)
    values = {name: value for name, value in given.items() if name in _OF_SCHEDULE}
    if "title" in given:
        values["content"] = row.content | {"title": given["title"]}
    if given.keys() & {"cron", "tz", "is_active"}:
        try:
            require_cron(cron, tz)
        except PydanticCustomError as error:
            raise ValidationFailed(details={"cron": error.message()}) from error
        values["next_run_at"] = first_run(cron, tz)
    return values


def first_run(cron: str, tz: str) -> datetime:
    """When a schedule has its next time from now on."""
    return next_runs(cron, tz, after=datetime.now(UTC), count=1)[0]

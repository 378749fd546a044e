"""What the worker does when the time of a schedule has come."""

from datetime import UTC, datetime
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.caller import read_caller
from app.core.errors import AppError, Forbidden, ServerError
from app.jobs.creating import NewJob, create_job
from app.jobs.desk import Desk
from app.models import ReportSchedule
from app.reports.asking import ask
from app.reports.schedules.presentation import content_of, first_run
from app.reports.schedules.repository import claim_due_schedule
from app.tenancy.every_site import NOBODY
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession, read_session, scoped_session

logger = structlog.get_logger()


async def ask_for_due_reports(context: dict[str, Any]) -> None:
    """Ask for the reports whose time has come, each in a transaction with its next time."""
    engine: AsyncEngine = context["engine"]
    desk: Desk = context["desk"]
    asked = 0
    while await _ask_for_one(engine):
        asked += 1
    if asked:
        desk.ring()
        logger.info("scheduled_reports_asked_for", count=asked)


async def _ask_for_one(engine: AsyncEngine) -> bool:
    """Ask for one report; tells whether there was one."""
    # The jobs and schedules of persons are of no site; what is read for them has its own scope.
    async with scoped_session(engine, SiteScope(NOBODY, {})) as session:
        row = await claim_due_schedule(session, datetime.now(UTC))
        if row is None:
            return False
        try:
            row.last_report_id = await _ask(engine, session, row)
            row.last_error_code = None
        except (AppError, ValidationError) as error:
            # What was stored may be none any more by the rules of today; others go on.
            code = error.code if isinstance(error, AppError) else ServerError.code
            row.last_error_code = code
            logger.warning("scheduled_report_refused", schedule_id=row.id, code=code)
        row.next_run_at = first_run(row.cron, row.tz)
    return True


async def _ask(engine: AsyncEngine, session: WriteSession, row: ReportSchedule) -> int:
    """Ask as the owner could at this moment; answers the report.

    Raises:
        AppError: They may not, or what they want is not there any more.
    """
    caller = await read_caller(engine, row.owner_id, None)
    if caller is None:
        raise Forbidden
    scope = SiteScope.of(caller)
    if row.site_ids is not None:
        scope = scope.within(row.site_ids)
    async with read_session(engine, scope) as reading:
        asked = await ask(reading, content_of(row))
    job = await create_job(
        session,
        NewJob(
            owner_id=row.owner_id,
            kind=asked.kind,
            parameters=asked.parameters | {"schedule_id": row.id},
            site_ids=asked.scope.site_ids,
        ),
    )
    return job.id

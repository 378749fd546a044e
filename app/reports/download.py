"""The file of a report, for who may still see all that is in it."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action
from app.core.storage import Storage
from app.jobs.download import answer_result
from app.models import Job
from app.reports.audit import record_report
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session


async def answer_file(
    request: Request, engine: AsyncEngine, storage: Storage, *, scope: SiteScope, row: Job
) -> Response:
    """The file, or the part of it that is asked for.

    Raises:
        Conflict: There is no file, or none any more.
        SiteForbidden: It tells of a site that is not the caller's any more.
        RangeNotSatisfiable: There is no such part.
    """

    async def record() -> None:
        async with scoped_session(engine, scope.narrow(row.site_ids)) as session:
            record_report(session, Action.REPORT_DOWNLOADED, row)

    if row.file_key is not None:
        scope.narrow(row.site_ids)
    return await answer_result(request, storage, row, plain=f"report-{row.id}", before=record)

"""Reading a report again and again, with the access that its owner has by then."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.authentication import Authentication
from app.auth.authenticator import Authenticator
from app.core.errors import Unauthorized
from app.reports import repository
from app.reports.presentation import present
from app.reports.schemas import ReportRead
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session


def watch(
    request: Request, authentication: Authentication, scope: SiteScope, report_id: int
) -> Callable[[], Awaitable[ReportRead]]:
    """What reads the report, in a short transaction of its own.

    It refuses as soon as the caller is logged out or may not log in any more.
    """
    authenticator: Authenticator = request.app.state.authenticator
    engine: AsyncEngine = request.app.state.engine
    caller = authentication.caller

    async def look() -> ReportRead:
        if await authenticator.callers.get(caller.user_id, caller.login_id) is None:
            raise Unauthorized
        async with read_session(engine, scope) as session:
            row = await repository.get_report(session, report_id)
            return present(row, rows_per_second=await repository.read_speed(session, row))

    return look

"""Who was refused what: every 403 of somebody whom we know is an event."""

import structlog
from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.core.errors import Forbidden
from app.core.http.answers import error_response
from app.core.http.error_handlers import answer_to
from app.core.vocabulary import Role
from app.tenancy.scope import SiteForbidden, SiteScope
from app.tenancy.session import scoped_session

logger = structlog.get_logger()


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer what may be a 403, of ours or of the database's; one is recorded first."""
    answer = answer_to(error, request.scope)
    if isinstance(answer, Forbidden):
        await record_denial(request, answer)
    return error_response(request.scope, answer)


async def record_denial(
    request: Request, refusal: Forbidden, *, subject: str | None = None
) -> None:
    """Write down a refusal, in a transaction of its own: the request's is rolled back.

    It is an event of the site that it is about, and else of no site. A refusal is answered also
    when it cannot be recorded.

    Args:
        request: What was refused; nothing is kept of somebody who has not logged in.
        refusal: Why.
        subject: The thing that it was about, by kind and id.
    """
    user_id: int | None = getattr(request.state, "user_id", None)
    if user_id is None:
        return
    details: dict[str, object] = {
        "operation": getattr(request.scope.get("route"), "operation_id", None)
    }
    site_id = None
    if isinstance(refusal, SiteForbidden):
        if refusal.exists:
            site_id = refusal.site_id
        else:
            details["site_id"] = refusal.site_id
    engine: AsyncEngine = request.app.state.engine
    scope = SiteScope(user_id, {} if site_id is None else {site_id: Role.VIEWER})
    try:
        async with scoped_session(engine, scope) as session:
            record_event(
                session,
                Action.ACCESS_DENIED,
                actor_id=user_id,
                site_id=site_id,
                subject=subject,
                details=details,
            )
    except Exception as error:  # whatever it is, it must not be answered instead of the refusal
        logger.error("denial_not_recorded", error=type(error).__name__, user_id=user_id)

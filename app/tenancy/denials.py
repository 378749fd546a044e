"""Who was refused what: every 403 of somebody whom we know is an event."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Denial:
    """Something that was refused.

    Attributes:
        refusal: Why.
        subject: The thing that it was about, by kind and id.
    """

    refusal: Forbidden
    subject: str | None = None

    @property
    def site_id(self) -> int | None:
        """The site that it is an event of; None: of no site, since we know of none."""
        refusal = self.refusal
        return refusal.site_id if isinstance(refusal, SiteForbidden) and refusal.exists else None


async def record_denial(
    request: Request, refusal: Forbidden, *, subject: str | None = None
) -> None:
    """Write down that all of a request was refused, as `record_denials` does."""
    await record_denials(request, [Denial(refusal, subject)])


async def record_denials(request: Request, denials: Iterable[Denial]) -> None:
    """Write down refusals, in transactions of their own: the request's may be rolled back.

    Each is an event of the site that it is about, and else of no site. A refusal is answered also
    when it cannot be recorded. Nothing is kept of somebody who has not logged in.
    """
    user_id: int | None = getattr(request.state, "user_id", None)
    if user_id is None:
        return
    of_sites = defaultdict(list)
    for denial in denials:
        of_sites[denial.site_id].append(denial)
    for site_id, of_site in of_sites.items():
        try:
            await _record(request, user_id, of_site, site_id=site_id)
        except Exception as error:  # whatever it is, it must not be answered instead
            logger.error("denial_not_recorded", error=type(error).__name__, user_id=user_id)


async def _record(
    request: Request, user_id: int, denials: Iterable[Denial], *, site_id: int | None
) -> None:
    engine: AsyncEngine = request.app.state.engine
    operation = getattr(request.scope.get("route"), "operation_id", None)
    scope = SiteScope(user_id, {} if site_id is None else {site_id: Role.VIEWER})
    async with scoped_session(engine, scope) as session:
        for denial in denials:
            details: dict[str, object] = {"operation": operation}
            if isinstance(denial.refusal, SiteForbidden) and not denial.refusal.exists:
                details["site_id"] = denial.refusal.site_id
            record_event(
                session,
                Action.ACCESS_DENIED,
                actor_id=user_id,
                site_id=site_id,
                subject=denial.subject,
                details=details,
            )

"""The answer to an interaction that the caller's scope does not hold.

It comes after the request's own transaction was rolled back: that session never reads anything
of another site's row.
"""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.http.answers import error_response
from app.interactions.repository import InteractionNotFound, site_of_interaction
from app.tenancy.denials import record_denial
from app.tenancy.scope import SiteForbidden, SiteScope


async def answer_missing_interaction(request: Request, error: Exception) -> Response:
    """403 for a row of a site that is not the caller's, 404 for one that is nowhere."""
    assert isinstance(error, InteractionNotFound)  # noqa: S101 - by registration
    engine: AsyncEngine = request.app.state.engine
    settings: Settings = request.app.state.settings
    scope: SiteScope = request.state.scope
    async with unscoped_transaction(engine) as session:
        site_id = await site_of_interaction(session, error.interaction_id)
    refusal = foreign_refusal(scope, site_id)
    if refusal is None:
        return error_response(request.scope, error)
    await record_denial(request, refusal, subject=subject_of(error.interaction_id))
    return error_response(request.scope, error if settings.conceal_foreign_ids else refusal)


def foreign_refusal(scope: SiteScope, site_id: int | None) -> SiteForbidden | None:
    """The refusal of what a scope does not hold; None when no other site does either.

    Args:
        scope: Which does not hold it.
        site_id: The site that does, if any.
    """
    if site_id is None or site_id in scope.roles:
        return None
    return SiteForbidden("This interaction is not of one of your sites", site_id=site_id)


def subject_of(interaction_id: int) -> str:
    """What an event calls an interaction."""
    return f"interaction:{interaction_id}"

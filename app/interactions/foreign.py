"""The answer to an interaction that the caller's scope does not hold.

It comes after the request's own transaction was rolled back: that session never reads anything
of another site's row.
"""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.errors import Forbidden
from app.core.http.answers import error_response
from app.core.vocabulary import Role
from app.interactions.repository import InteractionNotFound, site_of_interaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session


async def answer_missing_interaction(request: Request, error: Exception) -> Response:
    """403 for a row of a site that is not the caller's, 404 for one that is nowhere."""
    assert isinstance(error, InteractionNotFound)  # noqa: S101 - by registration
    engine: AsyncEngine = request.app.state.engine
    settings: Settings = request.app.state.settings
    scope: SiteScope = request.state.scope
    async with unscoped_transaction(engine) as session:
        site_id = await site_of_interaction(session, error.interaction_id)
    if site_id is None or site_id in scope.roles:
        return error_response(request.scope, error)
    await _record_denial(engine, scope.user_id, site_id, error.interaction_id)
    if settings.conceal_foreign_ids:
        return error_response(request.scope, error)
    return error_response(request.scope, Forbidden("This interaction is not of one of your sites"))


async def _record_denial(
    engine: AsyncEngine, user_id: int, site_id: int, interaction_id: int
) -> None:
    scope = SiteScope(user_id=user_id, roles={site_id: Role.VIEWER})
    async with scoped_session(engine, scope) as session:
        record_event(
            session,
            Action.ACCESS_DENIED,
            actor_id=user_id,
            site_id=site_id,
            subject=f"interaction:{interaction_id}",
        )

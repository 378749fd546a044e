"""What the worker does so that nothing is kept for longer than its site says.

It keeps no record of how far it is: what a batch has removed is gone, and what it has not is due.
So a worker that dies loses nothing but its last batch, and the next run goes on from there.
"""

from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.audit_events.keeping import find_rules
from app.core.config import Settings
from app.retention.removing import delete_history, purge_interactions
from app.retention.rules import Bounds, Rules, bounds_of
from app.tenancy.every_site import every_site
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession, read_session, scoped_session

BATCH = 1_000
"""How many interactions go in one transaction."""

logger = structlog.get_logger()


async def apply_retention(context: dict[str, Any]) -> None:
    """Remove what is due, of interactions and of history, at every site."""
    engine: AsyncEngine = context["engine"]
    settings: Settings = context["settings"]
    now = datetime.now(UTC)
    async for scope in every_site(engine):
        async with read_session(engine, scope) as session:
            rules = Rules.of(await find_rules(session), settings)
        await apply_at_site(engine, scope, bounds_of(rules, now))


async def apply_at_site(engine: AsyncEngine, scope: SiteScope, bounds: Bounds) -> None:
    """Remove what is due at the one site of a scope."""
    (site_id,) = scope.site_ids
    gone = await _purge(engine, scope, bounds)
    changes = await _delete_history(engine, scope, bounds)
    logger.info("retention_applied", site_id=site_id, interactions=gone, changes=changes)


async def _purge(engine: AsyncEngine, scope: SiteScope, bounds: Bounds) -> int:
    (site_id,) = scope.site_ids
    gone, count = 0, BATCH
    while count == BATCH:
        async with scoped_session(engine, scope) as session:
            purged = await purge_interactions(session, site_id, bounds, most=BATCH)
            _record(session, interactions=purged.interactions, trash=purged.trash)
        count = purged.interactions + purged.trash
        gone += count
    return gone


async def _delete_history(engine: AsyncEngine, scope: SiteScope, bounds: Bounds) -> int:
    (site_id,) = scope.site_ids
    gone, reached = 0, 0
    behind: int | None = 0
    while behind is not None:
        reached = behind
        async with scoped_session(engine, scope) as session:
            count, behind = await delete_history(
                session, site_id, bounds, behind=reached, most=BATCH
            )
            _record(session, history=count)
        gone += count
    return gone


def _record(session: WriteSession, **counts: int) -> None:
    """Say what a batch has removed, in its own transaction: so none goes unseen."""
    if any(counts.values()):
        (site_id,) = session.scope.site_ids
        record_event(
            session, Action.RETENTION_APPLIED, actor_id=None, site_id=site_id, details={**counts}
        )

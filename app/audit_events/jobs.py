"""What the worker does about old events."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.classes import EventClass
from app.audit.record import Action, record_event
from app.audit_events.keeping import days_kept, find_rules
from app.audit_events.repository import BATCH, delete_old_events, delete_old_system_events
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.tenancy.every_site import NOBODY, every_site
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession, read_session, scoped_session

Delete = Callable[[WriteSession, list[str], datetime], Awaitable[int]]

logger = structlog.get_logger()


async def remove_old_events(context: dict[str, Any]) -> None:
    """Remove the events that have been kept for as long as their class is.

    That some were removed is an event itself, also when not all could be.
    """
    engine: AsyncEngine = context["engine"]
    settings: Settings = context["settings"]
    removed: Counter[str] = Counter()
    try:
        await _remove(engine, settings, removed)
    finally:
        if removed.total():
            async with unscoped_transaction(engine) as session:
                record_event(session, Action.AUDIT_PURGED, actor_id=None, details={**removed})
    logger.info("old_events_removed", count=removed.total())


async def _remove(engine: AsyncEngine, settings: Settings, removed: Counter[str]) -> None:
    """Go from site to site, and to the events of none."""
    async for scope in every_site(engine):
        await remove_at_site(engine, settings, scope, removed)
    nowhere = SiteScope(NOBODY, {})
    for kind in EventClass:
        before = datetime.now(UTC) - timedelta(days=kind.days(settings))
        async for count in _batches(engine, nowhere, delete_old_system_events, kind, before):
            removed[kind.value] += count


async def remove_at_site(
    engine: AsyncEngine, settings: Settings, scope: SiteScope, removed: Counter[str]
) -> None:
    """Remove the events of one site whose time is over, counting them by class."""
    async with read_session(engine, scope) as session:
        own = await find_rules(session)
    for kind in EventClass:
        before = datetime.now(UTC) - timedelta(days=days_kept(kind, own, settings))
        async for count in _batches(engine, scope, delete_old_events, kind, before):
            removed[kind.value] += count


async def _batches(
    engine: AsyncEngine, scope: SiteScope, delete: Delete, kind: EventClass, before: datetime
) -> AsyncIterator[int]:
    """Remove batches, each in a transaction of its own, until nothing is left of them."""
    count = BATCH
    while count == BATCH:
        async with scoped_session(engine, scope) as session:
            count = await delete(session, kind.actions, before)
        yield count

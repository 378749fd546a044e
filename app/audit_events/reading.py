"""Reading a page of the audit, which is itself an event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.audit_events import repository
from app.audit_events.dependencies import AuditedScope
from app.audit_events.filters import AuditFilters
from app.audit_events.repository import Position, Wanted
from app.audit_events.schemas import Actor, AuditEventRead, AuditPage
from app.core.cursor import Cursors
from app.core.pagination import CursorPageRequest, capped_page_fields
from app.tenancy.session import read_session, scoped_session


async def read_page(
    engine: AsyncEngine,
    audited: AuditedScope,
    filters: AuditFilters,
    *,
    paging: CursorPageRequest,
    cursors: Cursors,
) -> AuditPage:
    """A page of the audit; that somebody has read it is written down before it is answered."""
    number, behind = _start(paging, cursors)
    first, last = filters.period()
    wanted = Wanted(
        user_id=filters.user_id,
        actions=None if filters.action is None else tuple(filters.action),
        first=first,
        last=last,
        with_system=audited.with_system,
        behind=behind,
        offset=0 if behind else paging.offset,
        limit=paging.page_size + 1,  # one more tells whether there is a next page
    )
    async with read_session(engine, audited.sites) as session:
        rows = await repository.list_events(session, wanted)
        found = await repository.count_events(session, wanted)
        shown = rows[: paging.page_size]
        ids = {row.actor_id for row in shown if row.actor_id is not None}
        names = await repository.list_actor_names(session, ids)
    await _record_reading(engine, audited)
    is_last = len(rows) <= paging.page_size
    next_cursor = None if is_last else cursors.write(_end(number, shown[-1]))
    return AuditPage(
        audit_events=present(shown, names),
        **capped_page_fields(number, paging.page_size, found=found, next_cursor=next_cursor),
    )


def present(rows: Sequence[Row[Any]], names: dict[int, str]) -> list[AuditEventRead]:
    """The answers for a page of rows."""
    return [
        AuditEventRead(
            id=f"{row.letter}{row.id}",
            at=row.at,
            action=row.action,
            actor=row.actor_id and Actor(id=row.actor_id, full_name=names[row.actor_id]),
            api_key_id=row.api_key_id,
            site_id=row.site_id,
            subject=row.subject,
            address=row.address,
            request_id=row.request_id,
            details=row.details,
        )
        for row in rows
    ]


def _start(paging: CursorPageRequest, cursors: Cursors) -> tuple[int, Position | None]:
    """The number of the page, and the event that it comes behind."""
    if paging.cursor is None:
        return paging.page, None
    number, at, letter, event_id = cursors.read(paging.cursor)
    return number, Position(datetime.fromisoformat(at), letter, event_id)


def _end(number: int, row: Row[Any]) -> list[object]:
    return [number + 1, row.at, row.letter, row.id]


async def _record_reading(engine: AsyncEngine, audited: AuditedScope) -> None:
    """Tell each site, or the system when its administrator has read across sites."""
    sites = audited.sites
    is_across = sites.is_system_admin and (audited.with_system or len(sites.roles) > 1)
    async with scoped_session(engine, sites) as session:
        if is_across:
            details: dict[str, object] = {"sites": len(sites.roles)}
            record_event(session, Action.AUDIT_READ, actor_id=sites.user_id, details=details)
            return
        for site_id in sites.site_ids:
            record_event(session, Action.AUDIT_READ, actor_id=sites.user_id, site_id=site_id)

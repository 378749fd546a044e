"""Statements about what happened; each sees the sites of its session's scope only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    TextClause,
    cast,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit_events.sources import CHANGES, EVENTS, SYSTEM_EVENTS, Source
from app.core.pagination import MAX_NUMBERED_ROWS
from app.models import User
from app.tenancy.session import ReadSession, WriteSession

MANY_SITES = 100
"""Up to here each site is asked for its newest events; beyond, all events are gone through.

More sites than one request can name are those of a system administrator, so none is passed over.
"""

BATCH = 5_000
"""How many old events are removed in one transaction."""

_DELETE_OLD_EVENTS = text("SELECT app.delete_old_audit_events(:actions, :before, :most)")
_DELETE_OLD_SYSTEM_EVENTS = text("SELECT app.delete_old_system_events(:actions, :before, :most)")

_BEHIND_EVERY_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of all events: at one instant by source, in one source by id."""

    at: datetime
    letter: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events, and how many of them.

    Attributes:
        user_id: Who did it.
        actions: What was done.
        first: The first instant.
        last: The last instant.
        with_system: Whether events of no site are meant, too.
        behind: The event after which to go on.
        offset: How many to leave out from there.
        limit: How many to answer.
    """

    user_id: int | None = None
    actions: tuple[str, ...] | None = None
    first: datetime | None = None
    last: datetime | None = None
    with_system: bool = False
    behind: Position | None = None
    offset: int = 0
    limit: int = 20


async def list_events(session: ReadSession, wanted: Wanted) -> list[Row[Any]]:
    """The newest events, the newest first."""
    newest = [_newest(session, source, wanted) for source in _sources(wanted)]
    found = union_all(*newest).subquery()
    statement = (
        select(found)
        .order_by(found.c.at.desc(), found.c.letter.desc(), found.c.id.desc())
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    return list(await session.execute(statement))


async def count_events(session: ReadSession, wanted: Wanted) -> int:
    """How many events there are, counted to one more than pages are numbered."""
    found = [
        select(source.id).where(*_conditions(source, wanted), *_of_scope(session, source))
        for source in _sources(wanted)
    ]
    some = union_all(*found).limit(MAX_NUMBERED_ROWS + 1).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def list_actor_names(session: ReadSession, user_ids: set[int]) -> dict[int, str]:
    """The names of those who did what was just read, by id."""
    statement = select(User.id, User.full_name).where(User.id.in_(user_ids))
    return dict((await session.execute(statement)).all())


def _sources(wanted: Wanted) -> list[Source]:
    """The tables that can hold what is wanted; any action is one of the first two's."""
    sources = (EVENTS, CHANGES, SYSTEM_EVENTS) if wanted.with_system else (EVENTS, CHANGES)
    return [one for one in sources if wanted.actions is None or one.kinds(wanted.actions)]


def _newest(session: ReadSession, source: Source, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The newest events of one table, found along an index."""
    found = (
        select(*source.columns)
        .where(*_conditions(source, wanted), _is_behind(source, wanted))
        .order_by(source.at.desc(), source.id.desc())
        .limit(wanted.offset + wanted.limit)
    )
    site_ids = session.scope.site_ids
    if source.site_id is None or len(site_ids) > MANY_SITES:
        return found.where(*_of_scope(session, source))
    site = (
        func.unnest(cast(site_ids, ARRAY(Integer))).table_valued("id", name="site").render_derived()
    )
    of_one = found.where(source.site_id == site.c.id).lateral()
    return select(of_one).select_from(site.join(of_one, true()))


def _of_scope(session: ReadSession, source: Source) -> list[ColumnElement[bool]]:
    if source.site_id is None:
        return []
    return [source.site_id == func.any(cast(session.scope.site_ids, ARRAY(Integer)))]


def _conditions(source: Source, wanted: Wanted) -> list[ColumnElement[bool]]:
    """All that has to hold of an event."""
    found = []
    if wanted.first is not None:
        found.append(source.at >= wanted.first)
    if wanted.last is not None:
        found.append(source.at <= wanted.last)
    if wanted.user_id is not None:
        found.append(source.actor_id == wanted.user_id)
    if wanted.actions is not None:
        found.append(source.kind.in_(source.kinds(wanted.actions)))
    return found


def _is_behind(source: Source, wanted: Wanted) -> ColumnElement[bool]:
    """Whether an event comes after the one to go on from, in a form that an index serves."""
    place = wanted.behind
    if place is None:
        return true()
    if source.letter == place.letter:
        id_ = place.id
    else:
        id_ = _BEHIND_EVERY_ID if source.letter < place.letter else 0
    return tuple_(source.at, source.id) < tuple_(literal(place.at), literal(id_, BigInteger))


async def delete_old_events(session: WriteSession, actions: list[str], before: datetime) -> int:
    """Remove a batch of old events of the scope's sites; answers how many.

    The database spares what is younger than 30 days, whatever it is asked.
    """
    return await _delete_batch(session, _DELETE_OLD_EVENTS, actions, before=before)


async def delete_old_system_events(
    session: AsyncSession, actions: list[str], before: datetime
) -> int:
    """Remove a batch of old events of no site, likewise."""
    return await _delete_batch(session, _DELETE_OLD_SYSTEM_EVENTS, actions, before=before)


async def _delete_batch(
    session: AsyncSession, statement: TextClause, actions: list[str], *, before: datetime
) -> int:
    values = {"actions": actions, "before": before, "most": BATCH}
    return await session.scalar(statement, values) or 0

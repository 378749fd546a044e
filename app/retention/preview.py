"""What the next run would remove: the same conditions, asked without removing anything."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    select,
)

from app.audit.classes import EventClass
from app.models import AuditEvent, Interaction, InteractionChange
from app.models.site_retention import MIN_DAYS
from app.retention.rules import Bounds
from app.retention.schemas import Due, DueEvents
from app.tenancy.session import ReadSession

FIRST = 10


async def due_interactions(session: ReadSession, bounds: Bounds) -> Due:
    """The interactions in use that are due."""
    found = select(Interaction.id, Interaction.end_datetime.label("at")).where(
        Interaction.deleted_at.is_(None), _is_due(bounds), ~Interaction.legal_hold
    )
    return await _due(session, found)


async def due_trash(session: ReadSession, bounds: Bounds) -> Due:
    """What is due of the trash."""
    found = select(Interaction.id, Interaction.deleted_at.label("at")).where(
        Interaction.deleted_at.is_not(None), _is_due(bounds), ~Interaction.legal_hold
    )
    return await _due(session, found)


async def count_held(session: ReadSession, bounds: Bounds) -> int:
    """How many interactions would be due without their legal hold."""
    statement = select(func.count()).where(_is_due(bounds), Interaction.legal_hold)
    return await session.scalar(statement.select_from(Interaction)) or 0


async def due_history(session: ReadSession, bounds: Bounds) -> Due:
    """The changes of interactions that are gone by then, and have been changed last long ago."""
    if bounds.changed is None:
        return Due(count=0, oldest=None, newest=None, first_ids=[])
    stays = exists().where(
        Interaction.site_id == InteractionChange.site_id,
        Interaction.id == InteractionChange.interaction_id,
        ~and_(_is_due(bounds), ~Interaction.legal_hold),
    )
    of_one = (
        select(
            InteractionChange.interaction_id.label("id"),
            func.count().label("changes"),
            func.min(InteractionChange.changed_at).label("oldest"),
            func.max(InteractionChange.changed_at).label("newest"),
        )
        .where(~stays)
        .group_by(InteractionChange.interaction_id)
        .having(func.max(InteractionChange.changed_at) < _at_least(bounds.changed, days=MIN_DAYS))
        .subquery()
    )
    totals = select(
        func.coalesce(func.sum(of_one.c.changes), 0),
        func.min(of_one.c.oldest),
        func.max(of_one.c.newest),
    )
    count, oldest, newest = (await session.execute(totals)).one()
    first = await session.scalars(select(of_one.c.id).order_by(of_one.c.id).limit(FIRST))
    return Due(count=count, oldest=oldest, newest=newest, first_ids=list(first))


async def due_events(session: ReadSession, bounds: Bounds) -> DueEvents:
    """The events of each class that are due."""
    return DueEvents(
        **{
            kind.value: await _due(
                session,
                select(AuditEvent.id, AuditEvent.at).where(
                    AuditEvent.action.in_(kind.actions),
                    AuditEvent.at < _at_least(before, days=MIN_DAYS),
                ),
            )
            for kind, before in ((kind, bounds.happened[kind]) for kind in EventClass)
        }
    )


def _is_due(bounds: Bounds) -> ColumnElement[bool]:
    """What the function says that removes interactions, its least ages included."""
    is_old: ColumnElement[bool] = false()
    if bounds.ended is not None:
        is_old = Interaction.end_datetime < _at_least(bounds.ended, years=1)
    # Null for one that is not deleted, which is neither due nor, denied, kept.
    is_trash = func.coalesce(Interaction.deleted_at < _at_least(bounds.trashed, days=1), false())
    return is_old | is_trash


def _at_least(bound: datetime, *, days: int = 0, years: int = 0) -> ColumnElement[datetime]:
    """A bound, or a moment that long ago if that is earlier."""
    ago = func.now() - func.make_interval(years, 0, 0, days)
    return func.least(bound, ago)


async def _due(session: ReadSession, found: Select[*tuple[Any, ...]]) -> Due:
    """How much is found, from when to when, and which are the first of it."""
    rows = found.subquery()
    totals = select(func.count(), func.min(rows.c.at), func.max(rows.c.at)).select_from(rows)
    count, oldest, newest = (await session.execute(totals)).one()
    first = await session.scalars(select(rows.c.id).order_by(rows.c.id).limit(FIRST))
    return Due(count=count, oldest=oldest, newest=newest, first_ids=list(first))

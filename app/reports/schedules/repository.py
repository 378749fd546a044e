"""Statements about schedules. They belong to persons: each says itself whom it shows."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.owners import lock_owner
from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.models import ReportSchedule
from app.reports.schedules.rules import MAX_SCHEDULES
from app.tenancy.session import ReadSession, WriteSession


async def list_schedules(
    session: ReadSession, page: PageRequest
) -> tuple[list[ReportSchedule], int]:
    """A page of the caller's schedules, and how many there are."""
    statement = (
        select(ReportSchedule)
        .where(_is_own(session))
        .order_by(ReportSchedule.id)
        .limit(page.page_size)
        .offset(page.offset)
    )
    return list(await session.scalars(statement)), await _count(session)


async def get_schedule(session: ReadSession, schedule_id: int) -> ReportSchedule:
    """One of the caller's schedules.

    Raises:
        NotFound: There is none, or it is another's.
    """
    return _found(await session.scalar(_it(session, schedule_id)))


async def lock_schedule(session: WriteSession, schedule_id: int) -> ReportSchedule:
    """One of the caller's schedules, which nobody else changes until the transaction ends.

    Raises:
        NotFound: There is none, or it is another's.
    """
    return _found(await session.scalar(_it(session, schedule_id).with_for_update()))


async def create_schedule(session: WriteSession, values: Mapping[str, object]) -> ReportSchedule:
    """Store a schedule of the caller's.

    Raises:
        Conflict: They have as many as one can have.
    """
    owner_id = session.scope.user_id
    await lock_owner(session, owner_id)
    if await _count(session) >= MAX_SCHEDULES:
        raise Conflict(f"You have {MAX_SCHEDULES} schedules, and that is the most")
    row = ReportSchedule(owner_id=owner_id, **values)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def update_schedule(
    session: WriteSession, row: ReportSchedule, values: Mapping[str, object]
) -> None:
    """Change a locked schedule."""
    for name, value in values.items():
        setattr(row, name, value)
    await session.flush()
    await session.refresh(row)


async def delete_schedule(session: WriteSession, row: ReportSchedule) -> None:
    """Delete a locked schedule; the reports that it has made stay."""
    await session.delete(row)
    await session.flush()


async def claim_due_schedule(session: AsyncSession, now: datetime) -> ReportSchedule | None:
    """Take a schedule whose time has come; nobody else has it until the transaction ends."""
    statement = (
        select(ReportSchedule)
        .where(ReportSchedule.is_active, ReportSchedule.next_run_at <= now)
        .order_by(ReportSchedule.next_run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row: ReportSchedule | None = await session.scalar(statement)
    return row


def _it(session: ReadSession, schedule_id: int) -> Select[ReportSchedule]:
    is_it = ReportSchedule.id == literal(schedule_id, BigInteger())
    return select(ReportSchedule).where(_is_own(session), is_it)


def _found(row: ReportSchedule | None) -> ReportSchedule:
    if row is None:
        raise NotFound("There is no such schedule")
    return row


def _is_own(session: ReadSession) -> ColumnElement[bool]:
    """What the caller may read; nothing in the database stands behind this predicate."""
    return ReportSchedule.owner_id == session.scope.user_id


async def _count(session: ReadSession) -> int:
    statement = select(func.count()).select_from(ReportSchedule).where(_is_own(session))
    return await session.scalar(statement) or 0

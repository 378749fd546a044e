"""The statements, by ORM."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.references.idiomatic.models import Interaction, InteractionChange
from bench.references.idiomatic.schemas import InteractionCreate, InteractionRead

SEARCHED = (
    Interaction.title,
    Interaction.lead,
    Interaction.location,
    Interaction.description,
    Interaction.notes,
)


async def get_interaction(
    session: AsyncSession, site_ids: list[int], interaction_id: int
) -> Interaction | None:
    """One interaction of the sites."""
    statement = select(Interaction).where(
        Interaction.id == interaction_id,
        Interaction.site_id.in_(site_ids),
        Interaction.deleted_at.is_(None),
    )
    found: Interaction | None = await session.scalar(statement)
    return found


async def list_interactions(
    session: AsyncSession,
    site_ids: list[int],
    *,
    offset: int,
    limit: int,
    filters: Sequence[ColumnElement[bool]],
) -> tuple[Sequence[Interaction], int]:
    """A page and the total."""
    conditions = [
        Interaction.site_id.in_(site_ids),
        Interaction.deleted_at.is_(None),
        *filters,
    ]
    total = await session.scalar(select(func.count()).select_from(Interaction).where(*conditions))
    statement = (
        select(Interaction)
        .where(*conditions)
        .order_by(Interaction.start_datetime.desc(), Interaction.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return (await session.scalars(statement)).all(), total or 0


def filters_of(
    q: str | None, kind: str | None, first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    """The conditions that are asked for."""
    found: list[ColumnElement[bool]] = []
    if q:
        found.append(or_(*(column.ilike(f"%{q}%") for column in SEARCHED)))
    if kind:
        found.append(Interaction.type == kind)
    if first:
        found.append(Interaction.start_datetime >= _midnight(first))
    if last:
        found.append(Interaction.start_datetime < _midnight(last + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def create_interaction(
    session: AsyncSession, user_id: int, data: InteractionCreate
) -> Interaction:
    """Store an interaction, then its history, which needs its id."""
    row = Interaction(**data.model_dump(), created_by=user_id, updated_by=user_id)
    session.add(row)
    await session.flush()
    session.add(_change(row, "CREATE", user_id, before=None))
    await session.commit()
    await session.refresh(row)
    return row


async def update_interaction(
    session: AsyncSession, row: Interaction, user_id: int, changes: dict[str, Any]
) -> Interaction:
    """Change an interaction and add to its history."""
    before = _state(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_by = user_id
    session.add(_change(row, "UPDATE", user_id, before=before))
    await session.commit()
    await session.refresh(row)
    return row


def _state(row: Interaction) -> dict[str, Any]:
    names = InteractionCreate.model_fields.keys() - {"site_id"}
    shown = InteractionRead.model_construct(**{name: getattr(row, name) for name in names})
    return shown.model_dump(mode="json", include=names)


def _change(
    row: Interaction, kind: str, user_id: int, *, before: dict[str, Any] | None
) -> InteractionChange:
    after = _state(row)
    old = before or {}
    return InteractionChange(
        site_id=row.site_id,
        interaction_id=row.id,
        version=row.version,
        change_type=kind,
        changed_by=user_id,
        changes={
            name: {"old": old.get(name), "new": value}
            for name, value in after.items()
            if old.get(name) != value
        },
        before_state=before,
        after_state=after,
    )

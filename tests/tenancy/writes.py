"""Statements that write to a row of another site, and those without a predicate.

Each answers how many rows it wrote; what it wrote is always taken back.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from tests.tenancy.world import Model, Place, World, canary_row, table_of

Write = Callable[[AsyncSession, Model, World], Awaitable[int]]


def _row(model: Model, world: World, place: Place) -> dict[str, object]:
    """The content of a new row of a place."""
    known = {"site_id": place.site.id, "interaction_id": place.interaction_id, "version": 2}
    return canary_row(model, world.nobody, f"new {place.canary}", known | {"type": "CALL"})


def _changed_row(model: Model, world: World) -> dict[str, object]:
    """Their row, with another text in it."""
    names = [column.name for column in table_of(model).primary_key]
    key = dict(zip(names, world.theirs.keys[model], strict=True))
    key |= {"version": 1, "interactions": 7, "writes": 7}
    return canary_row(model, world.nobody, "another text", key)


def _is_at(model: Model, place: Place) -> list[ColumnElement[bool]]:
    """The condition that names the row of a place."""
    pairs = zip(table_of(model).primary_key, place.keys[model], strict=True)
    return [column == value for column, value in pairs]


def _statement(make: Callable[[Model, World], Any]) -> Write:
    async def write(session: AsyncSession, model: Model, world: World) -> int:
        statement = make(model, world)
        result = await session.execute(statement, execution_options={"synchronize_session": False})
        return result.rowcount if isinstance(result, CursorResult) else 1

    return write


async def _added(session: AsyncSession, model: Model, world: World) -> int:
    session.add(model(**_row(model, world, world.theirs)))
    await session.flush()
    return 1


async def _attached_and_changed(session: AsyncSession, model: Model, world: World) -> int:
    content = _changed_row(model, world)
    row: Any = model(**content)
    make_transient_to_detached(row)
    session.add(row)
    changed = {"title": "editor", "action": "editor", "role": "editor", "changes": {}}
    numbers = {"interactions": 8, "trash_days": 8}
    name, value = next(pair for pair in (changed | numbers).items() if hasattr(model, pair[0]))
    setattr(row, name, value)
    await session.flush()
    return 1


async def _attached_and_deleted(session: AsyncSession, model: Model, world: World) -> int:
    row: Any = model(**_changed_row(model, world))
    make_transient_to_detached(row)
    await session.delete(row)
    await session.flush()
    return 1


async def _merged(session: AsyncSession, model: Model, world: World) -> int:
    await session.merge(model(**_changed_row(model, world)))
    await session.flush()
    return 1


async def _moved(session: AsyncSession, model: Model, world: World) -> int:
    row: Any = await session.get_one(model, world.ours.keys[model])
    row.site_id = world.theirs.site.id
    await session.flush()
    return 1


async def _updated_by_key(session: AsyncSession, model: Model, world: World) -> int:
    await session.execute(update(model), [_changed_row(model, world)])
    return 1


FILTERED_SWEEPS: Mapping[str, Write] = {
    "ORM update": _statement(lambda model, _: update(model).values(site_id=model.site_id)),
    "ORM delete": _statement(lambda model, _: delete(model)),
}
"""Writes to all rows there are, that the session's filter narrows."""

RAW_SWEEPS: Mapping[str, Write] = {
    "Core update": _statement(
        lambda model, _: update(table_of(model)).values(site_id=text("site_id"))
    ),
    "Core delete": _statement(lambda model, _: delete(table_of(model))),
    "SQL update": _statement(
        lambda model, _: text(f"UPDATE {table_of(model).fullname} SET site_id = site_id")  # noqa: S608
    ),
}
"""Writes to all rows there are, that only the database can narrow."""

FILTERED_INTRUSIONS: Mapping[str, Write] = {
    "add": _added,
    "change": _attached_and_changed,
    "delete": _attached_and_deleted,
    "merge": _merged,
    "move": _moved,
}
"""Writes to another site that the session refuses itself."""

RAW_INTRUSIONS: Mapping[str, Write] = {
    "ORM insert": _statement(
        lambda model, world: insert(model).values(_row(model, world, world.theirs))
    ),
    "Core insert": _statement(
        lambda model, world: insert(table_of(model)).values(_row(model, world, world.theirs))
    ),
    "several rows": _statement(
        lambda model, world: insert(table_of(model)).values(
            [_row(model, world, place) for place in (world.theirs, world.ours)]
        )
    ),
    "Core move": _statement(
        lambda model, world: (
            update(table_of(model))
            .where(*_is_at(model, world.ours))
            .values(site_id=world.theirs.site.id)
        )
    ),
    "Core seizure": _statement(
        lambda model, world: (
            update(table_of(model))
            .where(*_is_at(model, world.theirs))
            .values(site_id=world.ours.site.id)
        )
    ),
    "update by key": _updated_by_key,
}
"""Writes to another site that only the database can refuse."""

"""Statements without a predicate: every way of reading what a site owns, in ORM, Core and SQL.

Each answers the ids of the sites whose rows it saw.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import Select, exists, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import Site
from tests.tenancy.world import Model, World, table_of

Read = Callable[[AsyncSession, Model, World], Awaitable[set[int]]]


def _sites_of(statement: Callable[[Model, World], Select[int]]) -> Read:
    async def read(session: AsyncSession, model: Model, world: World) -> set[int]:
        return set(await session.scalars(statement(model, world))) - {None}

    return read


def _existing(model: Model, world: World) -> Select[int]:
    ids = (world.ours.site.id, world.theirs.site.id)
    parts = [select(literal(id_)).where(exists().where(model.site_id == id_)) for id_ in ids]
    return select(union_all(*parts).subquery().c[0])


def _joined(model: Model, world: World) -> Select[int]:
    # Of two sites: of all that other tests have made, the pairs would be too many.
    other, ids = aliased(model), (world.ours.site.id, world.theirs.site.id)
    statement = select(other.site_id).join(model, model.site_id == other.site_id)
    return statement.where(other.site_id.in_(ids))


def _outer_joined(model: Model, _: World) -> Select[int]:
    return select(model.site_id).select_from(Site).outerjoin(model, model.site_id == Site.id)


def _united(model: Model, _: World) -> Select[int]:
    return select(union_all(select(model.site_id), select(aliased(model).site_id)).subquery().c[0])


async def _entities(session: AsyncSession, model: Model, _: World) -> set[int]:
    return {row.site_id for row in await session.scalars(select(model))}


async def _counted(session: AsyncSession, model: Model, world: World) -> set[int]:
    """Which sites a count without anything can have counted."""
    total = await session.scalar(select(func.count()).select_from(model))
    ours = select(func.count()).select_from(model).where(model.site_id == world.ours.site.id)
    others = total != await session.scalar(ours)
    return {world.ours.site.id} | ({world.theirs.site.id} if others else set())


async def _got(session: AsyncSession, model: Model, world: World) -> set[int]:
    found = [await session.get(model, place.keys[model]) for place in (world.ours, world.theirs)]
    return {row.site_id for row in found if row is not None}


async def _from_statement(session: AsyncSession, model: Model, _: World) -> set[int]:
    statement = select(model).from_statement(text(f"TABLE {table_of(model).fullname}"))
    return {row.site_id for row in await session.scalars(statement)}


async def _text(session: AsyncSession, model: Model, _: World) -> set[int]:
    rows = await session.execute(text(f"TABLE {table_of(model).fullname}"))
    return {row.site_id for row in rows}


async def _copied(session: AsyncSession, model: Model, _: World) -> set[int]:
    await session.execute(text("SELECT 1"))  # a COPY by itself would begin no transaction
    connection = await (await session.connection()).get_raw_connection()
    parts: list[bytes] = []

    async def keep(data: bytes) -> None:
        parts.append(data)

    await connection.driver_connection.copy_from_query(  # type: ignore[union-attr]
        f"SELECT site_id FROM {table_of(model).fullname}",  # noqa: S608 - a name of ours
        output=keep,
    )
    return {int(line) for line in b"".join(parts).split()}


FILTERED_READS: Mapping[str, Read] = {
    "select": _sites_of(lambda model, _: select(model.site_id)),
    "alias": _sites_of(lambda model, _: select(aliased(model).site_id)),
    "subquery": _sites_of(lambda model, _: select(select(model.site_id).subquery().c.site_id)),
    "CTE": _sites_of(lambda model, _: select(select(model.site_id).cte().c.site_id)),
    "grouping": _sites_of(lambda model, _: select(model.site_id).group_by(model.site_id)),
    "EXISTS": _sites_of(_existing),
    "join": _sites_of(_joined),
    "outer join": _sites_of(_outer_joined),
    "union": _sites_of(_united),
    "entities": _entities,
    "count": _counted,
    "session.get": _got,
}
"""What the session's filter reaches."""

RAW_READS: Mapping[str, Read] = {
    "Core select": _sites_of(lambda model, _: select(table_of(model).c.site_id)),
    "from_statement": _from_statement,
    "text": _text,
    "COPY TO": _copied,
}
"""What only the database can hold back."""

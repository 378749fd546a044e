"""The proof over statements: what a session reads and writes, whatever the code says."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from app.core.database_errors import sqlstate_of
from app.core.vocabulary import Role
from app.tenancy.scope import SiteScope
from app.tenancy.session import OutsideScopeError, read_session, scoped_session
from tests.tenancy.reads import Read
from tests.tenancy.world import Model, Place, World, site_owned_models, table_of
from tests.tenancy.writes import Write

REFUSALS = frozenset({"42501", "428C9"})
"""A policy or a missing grant; or an id of our own, as a merge sends that did not see the row."""

DUPLICATE = "23505"
"""A key that the other site has: whoever is told so has been let through to it."""

NOTHING_THERE = (StaleDataError, SAWarning)
"""What the ORM says when its statement found no row; warnings are errors to our tests."""


class _TakenBackError(Exception):
    """Ends a transaction without a commit."""


def scope_of(*places: Place, role: Role = Role.SITE_ADMIN) -> SiteScope:
    """A scope of some places, of whoever wrote their rows."""
    user_id = places[0].planted_by.id if places else 1
    return SiteScope(user_id=user_id, roles={place.site.id: role for place in places})


async def leaks_in_reads(engine: AsyncEngine, reads: Mapping[str, Read], world: World) -> list[str]:
    """The statements that did not see the rows of our site, and those alone."""
    found = []
    expected = {world.ours.site.id}
    for model in site_owned_models():
        for name, read in reads.items():
            async with read_session(engine, scope_of(world.ours)) as session:
                seen = await read(session, model, world)
            if seen != expected:
                found.append(f"{name} of {model.__name__} saw {seen}, not {expected}")
    return found


async def leaks_in_sweeps(
    engine: AsyncEngine, sweeps: Mapping[str, Write], world: World, *, admin_engine: AsyncEngine
) -> list[str]:
    """The statements that wrote to more rows than our site has."""
    found = []
    for model in site_owned_models():
        ours = await _count(admin_engine, model, world.ours)
        for name, sweep in sweeps.items():
            written = await _written(engine, sweep, model, world)
            if written is not None and written != ours:
                found.append(f"{name} of {model.__name__} wrote {written} rows, not {ours}")
    return found


async def leaks_in_intrusions(
    engine: AsyncEngine, intrusions: Mapping[str, Write], world: World
) -> list[str]:
    """The statements that wrote to a row of the other site."""
    found = []
    for model in site_owned_models():
        for name, intrusion in intrusions.items():
            if await _written(engine, intrusion, model, world):
                found.append(f"{name} of {model.__name__} was let through")
    return found


async def _written(engine: AsyncEngine, write: Write, model: Model, world: World) -> int | None:
    """How many rows a statement wrote; None when it was refused."""
    written = None
    try:
        async with scoped_session(engine, scope_of(world.ours)) as session:
            written = await write(session, model, world)
            raise _TakenBackError
    except _TakenBackError:
        return written
    except (OutsideScopeError, *NOTHING_THERE):
        return None
    except DBAPIError as error:
        if sqlstate_of(error) == DUPLICATE:
            return 1
        if sqlstate_of(error) not in REFUSALS:
            raise
        return None


async def _count(engine: AsyncEngine, model: Model, place: Place) -> int:
    table = table_of(model)
    statement = select(func.count()).select_from(table).where(table.c.site_id == place.site.id)
    async with engine.connect() as connection:
        return await connection.scalar(statement) or 0

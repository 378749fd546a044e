"""The scope of a session lasts as long as the session, and nothing of it lasts longer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.database import create_engine
from app.core.database_errors import sqlstate_of
from app.models import Interaction
from app.tenancy.session import ReadSession, read_session, scoped_session
from tests.conftest import Database
from tests.tenancy.statement_proof import scope_of
from tests.tenancy.world import World

SETTING = text("SELECT current_setting('app.site_ids', true)")
BACKEND = text("SELECT pg_backend_pid()")


@pytest.fixture
async def one_connection(database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine whose sessions all come after each other on the same connection."""
    engine = create_engine(database.app_url, pool_size=1)
    yield engine
    await engine.dispose()


async def sites_seen(session: AsyncSession) -> set[int]:
    """The sites whose interactions a statement without a predicate sees."""
    rows = await session.execute(select(Interaction.__table__.c.site_id).distinct())
    return set(rows.scalars())


async def bare(engine: AsyncEngine) -> tuple[int, str, int]:
    """What a connection of the pool, without a session, is, is set to, and sees."""
    async with engine.connect() as connection:
        backend = await connection.scalar(BACKEND)
        setting = await connection.scalar(SETTING)
        count = select(func.count()).select_from(Interaction.__table__)
        return backend or 0, setting or "", await connection.scalar(count) or 0


async def test_a_commit_and_a_rollback_do_not_end_the_scope(
    engine: AsyncEngine, world: World
) -> None:
    ours = {world.ours.site.id}
    async with scoped_session(engine, scope_of(world.ours)) as session:
        assert await sites_seen(session) == ours
        await session.commit()
        assert await sites_seen(session) == ours
        await session.rollback()
        assert await sites_seen(session) == ours
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text("SELECT 1 / 0"))
        assert await sites_seen(session) == ours


async def test_a_read_session_refuses_to_write(engine: AsyncEngine, world: World) -> None:
    async with read_session(engine, scope_of(world.ours)) as session:
        with pytest.raises(DBAPIError) as refusal:
            await session.execute(update(Interaction).values(notes="written"))
        assert sqlstate_of(refusal.value) == "25006"
        await session.rollback()
        with pytest.raises(DBAPIError):  # also in the transaction after the first
            await session.execute(update(Interaction).values(notes="written"))
        await session.rollback()


@pytest.mark.parametrize("ending", ["commit", "rollback", "error", "cancellation"])
async def test_nothing_of_a_scope_is_left_on_the_connection(
    one_connection: AsyncEngine, world: World, ending: str
) -> None:
    async with read_session(one_connection, scope_of(world.ours)) as session:
        assert await sites_seen(session) == {world.ours.site.id}
        backend = await session.scalar(BACKEND)

    await end_a_session(one_connection, world, ending)

    after, setting, seen = await bare(one_connection)
    assert (setting, seen) == ("", 0)
    assert ending == "cancellation" or after == backend  # the very connection that had it


async def end_a_session(engine: AsyncEngine, world: World, ending: str) -> None:
    """Open a session and end it in one of the ways in which sessions end."""

    async def work(session: ReadSession) -> None:
        if ending == "cancellation":
            await session.execute(text("SELECT pg_sleep(60)"))
        await sites_seen(session)
        if ending == "error":
            await session.execute(text("SELECT 1 / 0"))
        if ending == "rollback":
            await session.rollback()

    async def run() -> None:
        async with scoped_session(engine, scope_of(world.ours)) as session:
            await work(session)

    task = asyncio.create_task(run())
    if ending == "cancellation":
        await asyncio.sleep(0.1)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_connection_that_comes_back_inside_a_transaction_is_thrown_away(
    one_connection: AsyncEngine, world: World
) -> None:
    async with one_connection.connect() as connection:
        backend = await connection.scalar(BACKEND)
        raw = await connection.get_raw_connection()
        await connection.rollback()
        driver = raw.driver_connection
        assert driver is not None
        ids = f"SET LOCAL app.site_ids = '{{{world.ours.site.id}}}'"
        await driver.execute(f"BEGIN; {ids}")

    after, setting, seen = await bare(one_connection)

    assert after != backend
    assert (setting, seen) == ("", 0)

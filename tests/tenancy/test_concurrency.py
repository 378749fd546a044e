"""Many sessions on few connections: each sees its own scope, whatever happens to the others."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine, Sequence

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import database as core_database
from app.core.database import create_engine
from app.models import Interaction
from app.tenancy.session import WriteSession, read_session, scoped_session
from tests.conftest import Database
from tests.factories import Make
from tests.tenancy.statement_proof import scope_of
from tests.tenancy.world import Place, make_place

SESSIONS = 300
AT_ONCE = 40
CONNECTIONS = 4


@pytest.fixture
async def few_connections(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AsyncEngine]:
    """An engine that many sessions have to share, and wait for as long as it takes."""
    monkeypatch.setattr(core_database, "POOL_SECONDS", 60)
    engine = create_engine(database.app_url, pool_size=CONNECTIONS)
    yield engine
    await engine.dispose()


@pytest.fixture
async def places(api: FastAPI, make: Make, admin_engine: AsyncEngine) -> list[Place]:
    """Three sites with a row in each table."""
    return [await make_place(api, make, admin_engine) for _ in range(3)]


async def test_each_of_many_sessions_sees_its_own_scope_and_leaves_nothing_of_it(
    few_connections: AsyncEngine, places: list[Place]
) -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same mixture every time
    turns = asyncio.Semaphore(AT_ONCE)
    wrong: list[str] = []
    checked: list[int] = []

    async def one(number: int) -> None:
        mine = chance.sample(places, chance.randint(0, len(places)))
        opens = chance.choice((read_session, scoped_session))
        events = [chance.choice(EVENTS) for _ in range(3)]
        async with turns, opens(few_connections, scope_of(*mine)) as session:
            for event in events:
                seen = await sites_seen(session, raw=number % 2 == 0)  # type: ignore[arg-type]
                checked.append(number)
                if seen != {place.site.id for place in mine}:
                    wrong.append(f"session {number} saw {seen} after {event}")
                await happen(session, event)  # type: ignore[arg-type]

    await run_and_cancel_some([one(number) for number in range(SESSIONS)], chance)

    assert wrong == []
    assert len(checked) > SESSIONS
    assert await left_behind(few_connections) == {("", 0)}


EVENTS = ("nothing", "commit", "rollback", "error", "savepoint", "wait", "failure")


class _GiveUpError(Exception):
    """An error that the code of a session raises."""


async def sites_seen(session: WriteSession, *, raw: bool) -> set[int]:
    """The sites that a session sees, by the filter of the session or by the database's own."""
    column = Interaction.__table__.c.site_id if raw else Interaction.site_id
    return set(await session.scalars(select(column).distinct()))


async def happen(session: WriteSession, event: str) -> None:
    """Something that happens to sessions."""
    if event == "commit":
        await session.commit()
    elif event == "rollback":
        await session.rollback()
    elif event == "wait":
        await session.execute(text("SELECT pg_sleep(0.02)"))
    elif event == "failure":
        raise _GiveUpError
    elif event in {"error", "savepoint"}:
        await fail_in_the_database(session, savepoint=event == "savepoint")


async def fail_in_the_database(session: WriteSession, *, savepoint: bool) -> None:
    """Run a statement that fails, and go on after it."""
    try:
        if savepoint:
            async with session.begin_nested():
                await session.execute(text("SELECT 1 / 0"))
        else:
            await session.execute(text("SELECT 1 / 0"))
    except DBAPIError:
        if not savepoint:
            await session.rollback()


async def run_and_cancel_some(
    works: Sequence[Coroutine[None, None, None]], chance: random.Random
) -> None:
    """Run all at once, and cancel every tenth at some moment of it."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in chance.sample(tasks, len(tasks) // 10):
        await asyncio.sleep(0.005)
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    expected = (_GiveUpError, asyncio.CancelledError)
    faults = [r for r in results if isinstance(r, BaseException) and not isinstance(r, expected)]
    assert faults == []


async def left_behind(engine: AsyncEngine) -> set[tuple[str, int]]:
    """What all the connections of a pool are set to, and how much they see without a scope."""
    connections = [await engine.connect() for _ in range(CONNECTIONS)]
    found = set()
    for connection in connections:
        setting = await connection.scalar(text("SELECT current_setting('app.site_ids', true)"))
        rows = (await connection.execute(select(Interaction.__table__.c.id))).all()
        found.add((setting or "", len(rows)))
    for connection in connections:
        await connection.close()
    return found

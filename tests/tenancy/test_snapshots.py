"""Snapshots of a scope: both walls, and nothing of one scope for the next on its connection."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import direct_pool
from app.core.config import Settings
from app.core.direct_pool import DirectPool, OutOfTimeError
from app.core.errors import AppError
from app.core.statement import Statement, compile_statement
from app.core.vocabulary import Role
from app.interactions.finding.parameters import SITE, SITES
from app.models import Interaction, Site
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot, snapshot
from tests.conftest import Database
from tests.core.test_direct_pool import as_begun
from tests.factories import Make

READS = 300
AT_ONCE = 40
CONNECTIONS = 4

SETTING = Statement("SELECT current_setting('app.site_ids', true) AS setting", (), {})
BACKEND = Statement("SELECT pg_backend_pid() AS pid", (), {})
SLEEP = Statement("SELECT pg_sleep(60)", (), {})
FAIL = Statement("SELECT 1 / 0", (), {})

RAW = Statement("SELECT DISTINCT site_id FROM app.interactions", (), {})
WRITTEN = compile_statement(
    select(Interaction.site_id).distinct().where(Interaction.site_id == any_(SITES))
)
OF_ONE = compile_statement(
    select(Interaction.site_id).distinct().where(Interaction.site_id == SITE)
)
TABLES = ("app.interactions", "app.interaction_changes", "app.interaction_deltas")
VIEWS = ("app.documents_of_few_sites", "app.documents_of_many_sites")


@pytest.fixture
async def pool(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DirectPool]:
    """Few connections, which many snapshots have to share, and wait for as long as it takes."""
    monkeypatch.setattr(direct_pool, "POOL_SECONDS", 60)
    found = DirectPool(settings.model_copy(update={"database_pool_size": CONNECTIONS}))
    await found.open()
    yield found
    await found.close()


@pytest.fixture
async def one_connection(settings: Settings) -> AsyncIterator[DirectPool]:
    """A single connection, which snapshots have after each other."""
    found = DirectPool(settings.model_copy(update={"database_pool_size": 1}))
    await found.open()
    yield found
    await found.close()


@pytest.fixture
async def past_row_level_security(
    settings: Settings, database: Database
) -> AsyncIterator[DirectPool]:
    """Connections of a superuser, whom no policy binds."""
    url = SecretStr(database.admin_url.render_as_string(hide_password=False))
    found = DirectPool(settings.model_copy(update={"database_url": url}))
    await found.open()
    yield found
    await found.close()


@pytest.fixture(scope="module")
async def places(make: Make) -> list[Site]:
    """Three sites with an interaction each, the first one ours and the second one theirs."""
    sites = [await make.site() for _ in range(3)]
    for site in sites:
        await make.interaction(site, await make.member(site))
    return sites


def scope_of(*sites: Site) -> SiteScope:
    return SiteScope(user_id=1, roles=dict.fromkeys((site.id for site in sites), Role.VIEWER))


async def sites_seen(seen: Snapshot, statement: Statement = RAW) -> set[int]:
    return {row["site_id"] for row in await seen.fetch(statement)}


async def left_behind(pool: DirectPool) -> tuple[str, set[int]]:
    """What a connection is set to, and sees, for whom no scope was set."""
    async with pool.transaction(as_begun, "") as transaction:
        (row,) = await transaction.fetch(SETTING, {})
        rows = await transaction.fetch(RAW, {})
        return row["setting"] or "", {row["site_id"] for row in rows}


async def test_statements_without_a_predicate_see_the_scope_alone(
    pool: DirectPool, places: list[Site]
) -> None:
    async with snapshot(pool, scope_of(places[0])) as seen:
        for name in (*TABLES, *VIEWS):
            statement = Statement(f"SELECT DISTINCT site_id FROM {name}", (), {})  # noqa: S608 - ours
            assert await sites_seen(seen, statement) == {places[0].id}, name


async def test_an_empty_scope_sees_nothing(pool: DirectPool, places: list[Site]) -> None:
    async with snapshot(pool, scope_of()) as seen:
        for name in (*TABLES, *VIEWS):
            statement = Statement(f"SELECT site_id FROM {name}", (), {})  # noqa: S608 - ours
            assert await sites_seen(seen, statement) == set()
        assert await sites_seen(seen, WRITTEN) == await sites_seen(seen, OF_ONE) == set()


async def test_no_value_of_a_caller_takes_the_place_of_the_scope(
    past_row_level_security: DirectPool, places: list[Site]
) -> None:
    theirs = places[1].id
    async with snapshot(past_row_level_security, scope_of(places[0])) as seen:
        for statement in (WRITTEN, OF_ONE):
            rows = await seen.fetch(statement, {"sites": [theirs], "site": theirs})
            assert {row["site_id"] for row in rows} == {places[0].id}


async def test_the_first_wall_alone_holds_for_statements_that_have_the_predicate(
    past_row_level_security: DirectPool, places: list[Site]
) -> None:
    async with snapshot(past_row_level_security, scope_of(places[0])) as seen:
        assert await sites_seen(seen, WRITTEN) == {places[0].id}
        assert await sites_seen(seen, OF_ONE) == {places[0].id}
        # That there is no second wall here shows in a statement without the predicate.
        assert await sites_seen(seen, RAW) >= {places[0].id, places[1].id}
    async with snapshot(past_row_level_security, scope_of()) as seen:
        assert await sites_seen(seen, WRITTEN) == await sites_seen(seen, OF_ONE) == set()


async def test_the_second_wall_alone_holds_for_a_predicate_that_lets_all_through(
    pool: DirectPool, places: list[Site]
) -> None:
    async with snapshot(pool, scope_of(places[0])) as seen:
        everywhere = [places[0].id, places[1].id]
        seen._sites = {"sites": everywhere, "site": places[1].id}

        assert await sites_seen(seen, WRITTEN) == {places[0].id}
        assert await sites_seen(seen, OF_ONE) == set()


async def test_two_snapshots_at_once_see_a_scope_each(pool: DirectPool, places: list[Site]) -> None:
    ours, theirs = scope_of(places[0]), scope_of(places[1])
    async with snapshot(pool, ours) as one, snapshot(pool, theirs) as other:
        assert await sites_seen(one) == {places[0].id}
        assert await sites_seen(other) == {places[1].id}
        assert await sites_seen(one) == {places[0].id}


@pytest.mark.parametrize("ending", ["well", "failure", "error", "time", "cancellation"])
@pytest.mark.parametrize("planned_anew", [False, True])
async def test_nothing_of_a_scope_is_left_on_the_connection(
    one_connection: DirectPool, places: list[Site], ending: str, *, planned_anew: bool
) -> None:
    async def read(started: asyncio.Event) -> None:
        async with snapshot(one_connection, scope_of(places[0]), planned_anew=planned_anew) as seen:
            assert await sites_seen(seen) == {places[0].id}
            started.set()
            await happen(seen, ending)

    started = asyncio.Event()
    task = asyncio.create_task(read(started))
    await started.wait()
    if ending == "cancellation":
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await left_behind(one_connection) == ("", set())
    async with snapshot(one_connection, scope_of(places[1])) as seen:
        assert await sites_seen(seen) == {places[1].id}


class _GiveUpError(Exception):
    """An error that the code of a snapshot raises."""


async def happen(seen: Snapshot, event: str) -> None:
    """Something that happens to snapshots."""
    if event == "failure":
        raise _GiveUpError
    if event == "error":
        await seen.fetch(FAIL)
    if event == "time":
        await seen.fetch(SLEEP, seconds=0.02)
    if event == "cancellation":
        await seen.fetch(SLEEP)
    if event == "wait":
        await seen.fetch(Statement("SELECT pg_sleep(0.01)", (), {}))


EVENTS = ("well", "well", "wait", "failure", "error", "time")
EXPECTED = (_GiveUpError, AppError, OutOfTimeError, asyncio.CancelledError)


async def test_each_of_many_snapshots_sees_its_own_scope_and_leaves_nothing_of_it(
    pool: DirectPool, places: list[Site]
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same mixture every time
    turns = asyncio.Semaphore(AT_ONCE)
    wrong: list[str] = []
    checked: list[int] = []

    async def one(number: int) -> None:
        mine = chance.sample(places, chance.randint(0, len(places)))
        events = [chance.choice(EVENTS) for _ in range(3)]
        async with turns, snapshot(pool, scope_of(*mine)) as seen:
            for event in events:
                found = await sites_seen(seen, RAW if number % 2 else WRITTEN)
                checked.append(number)
                if found != {site.id for site in mine}:
                    wrong.append(f"snapshot {number} saw {found} before {event}")
                await happen(seen, event)

    faults = await run_and_cancel_some([one(number) for number in range(READS)], chance)

    assert faults == []
    assert wrong == []
    assert len(checked) > READS
    left = await asyncio.gather(*(left_behind(pool) for _ in range(4 * CONNECTIONS)))
    assert [found for found in left if found != ("", set())] == []


async def run_and_cancel_some(
    works: list[Coroutine[None, None, None]], chance: random.Random
) -> list[BaseException]:
    """Run all at once, cancel every tenth at some moment of it; what nobody expects to happen."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in chance.sample(tasks, len(tasks) // 10):
        for _ in range(chance.randint(0, 50)):
            await asyncio.sleep(0)
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [r for r in results if isinstance(r, BaseException) and not isinstance(r, EXPECTED)]


async def test_a_lost_connection_takes_its_scope_with_it(
    one_connection: DirectPool, places: list[Site], admin_engine: AsyncEngine
) -> None:
    async def lose_it() -> None:
        async with snapshot(one_connection, scope_of(places[0])) as seen:
            (row,) = await seen.fetch(BACKEND)
            async with admin_engine.connect() as admin:
                await admin.exec_driver_sql(f"SELECT pg_terminate_backend({row['pid']}, 5000)")
            await sites_seen(seen)

    with pytest.raises((AppError, asyncpg.InterfaceError)):
        await lose_it()

    with suppress(AppError):  # at most who comes before the loss is known
        await left_behind(one_connection)
    assert await left_behind(one_connection) == ("", set())

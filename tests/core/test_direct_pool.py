"""The connections of the hot reads: bounded, read-only, and without a memory of who had them."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from app.core import direct_pool
from app.core.config import Settings
from app.core.direct_pool import DirectPool, DirectTransaction, OutOfTimeError
from app.core.errors import AppError, Unavailable
from app.core.statement import Statement

MARK = "SET LOCAL app.mark = 'left behind';"
SLEEP = Statement("SELECT pg_sleep(60)", (), {})
FAIL = Statement("SELECT 1 / 0", (), {})
SEEN = Statement(
    "SELECT pg_backend_pid() AS pid, current_setting('app.mark', true) AS mark", (), {}
)
NUMBERS = Statement("SELECT count(*) AS number FROM numbers", (), {})


@pytest.fixture
def pool_settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, database_pool_size=1, ims_state_dir=tmp_path)


@asynccontextmanager
async def opened(settings: Settings, **over: object) -> AsyncIterator[DirectPool]:
    pool = DirectPool(settings.model_copy(update=over))
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def pool(pool_settings: Settings) -> AsyncIterator[DirectPool]:
    """A pool with one connection, so that all transactions come after each other on it."""
    async with opened(pool_settings) as one:
        yield one


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else's connection, with a table that there is for this test."""
    url = make_url(database_url)
    connection = await asyncpg.connect(
        host=url.query["host"], user=url.username, database=url.database
    )
    await connection.execute("DROP TABLE IF EXISTS numbers; CREATE TABLE numbers (number int)")
    yield connection
    await connection.close()


def as_begun(transaction: DirectTransaction) -> DirectTransaction:
    """Make nothing of it."""
    return transaction


async def seen_by(pool: DirectPool) -> dict[str, Any]:
    """What a transaction without settings of its own sees of the one before."""
    async with pool.transaction(as_begun, "") as transaction:
        (row,) = await transaction.fetch(SEEN, {})
        return {"pid": row["pid"], "mark": row["mark"] or ""}


async def is_asleep(other: asyncpg.Connection, pid: int) -> bool:
    """Whether a connection is in the middle of a statement that takes its time."""
    event = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"
    return bool(await other.fetchval(event, pid) == "PgSleep")


async def fall_asleep(
    pool: DirectPool, other: asyncpg.Connection
) -> tuple[asyncio.Task[None], int]:
    """Somebody in the middle of a statement, on a connection of this number."""
    pid: int = (await seen_by(pool))["pid"]

    async def read() -> None:
        async with pool.transaction(as_begun, MARK) as transaction:
            await transaction.fetch(SLEEP, {})

    task = asyncio.create_task(read())
    while not await is_asleep(other, pid):
        assert not task.done()
    return task, pid


async def test_a_transaction_sees_one_moment(pool: DirectPool, other: asyncpg.Connection) -> None:
    async with pool.transaction(as_begun, "") as transaction:
        (before,) = await transaction.fetch(NUMBERS, {})
        await other.execute("INSERT INTO numbers VALUES (1)")
        (after,) = await transaction.fetch(NUMBERS, {})
    async with pool.transaction(as_begun, "") as transaction:
        (later,) = await transaction.fetch(NUMBERS, {})

    assert [row["number"] for row in (before, after, later)] == [0, 0, 1]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO numbers VALUES (1)",
        "DELETE FROM numbers",
        "CREATE TABLE other_numbers (number int)",
        "SELECT * FROM numbers FOR UPDATE",
    ],
)
async def test_nothing_can_be_written(
    pool: DirectPool, other: asyncpg.Connection, sql: str
) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with pool.transaction(as_begun, MARK) as transaction:
            await transaction.fetch(Statement(sql, (), {}), {})

    assert await other.fetchval("SELECT count(*) FROM numbers") == 0


async def end_well(transaction: DirectTransaction) -> None:
    await transaction.fetch(SEEN, {})


async def end_in_an_error_of_ours(transaction: DirectTransaction) -> None:
    await transaction.fetch(SEEN, {})
    raise LookupError


async def end_in_an_error_of_the_database(transaction: DirectTransaction) -> None:
    with suppress(asyncpg.DivisionByZeroError):
        await transaction.fetch(FAIL, {})


async def end_in_an_unhandled_error(transaction: DirectTransaction) -> None:
    await transaction.fetch(FAIL, {})


async def run_out_of_time(transaction: DirectTransaction) -> None:
    await transaction.fetch(SLEEP, {}, seconds=0.05)


async def go_on_after_running_out_of_time(transaction: DirectTransaction) -> None:
    with pytest.raises(OutOfTimeError):
        await run_out_of_time(transaction)


async def run_out_of_the_servers_time(transaction: DirectTransaction) -> None:
    await transaction.fetch(Statement("SET LOCAL statement_timeout = 50", (), {}), {})
    with pytest.raises(OutOfTimeError):
        await transaction.fetch(SLEEP, {})


ENDINGS = [
    end_well,
    end_in_an_error_of_ours,
    end_in_an_error_of_the_database,
    end_in_an_unhandled_error,
    run_out_of_time,
    go_on_after_running_out_of_time,
    run_out_of_the_servers_time,
]


@pytest.mark.parametrize("ending", ENDINGS)
async def test_nothing_of_a_transaction_is_left_on_its_connection(
    pool: DirectPool, ending: Callable[[DirectTransaction], Any]
) -> None:
    before = await seen_by(pool)

    with suppress(LookupError, AppError, OutOfTimeError):
        async with pool.transaction(as_begun, MARK) as transaction:
            (row,) = await transaction.fetch(SEEN, {})
            assert (row["pid"], row["mark"]) == (before["pid"], "left behind")
            await ending(transaction)

    assert await seen_by(pool) == {"pid": before["pid"], "mark": ""}  # the very connection


async def test_nothing_is_left_by_a_cancellation(
    pool: DirectPool, other: asyncpg.Connection
) -> None:
    task, pid = await fall_asleep(pool, other)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not await is_asleep(other, pid)  # the statement does not go on by itself
    assert await seen_by(pool) == {"pid": pid, "mark": ""}


async def test_nothing_is_left_wherever_transactions_are_cancelled(
    pool_settings: Settings,
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same mixture every time
    wrong: list[object] = []

    async def read(pool: DirectPool, number: int) -> None:
        async with pool.transaction(as_begun, f"SET LOCAL app.mark = '{number}';") as transaction:
            for _ in range(2):
                (row,) = await transaction.fetch(SEEN, {})
                if row["mark"] != str(number):
                    wrong.append((number, row["mark"]))

    async with opened(pool_settings, database_pool_size=3) as pool:
        tasks = [asyncio.create_task(read(pool, number)) for number in range(150)]
        while not all(task.done() for task in tasks):
            for _ in range(chance.randint(0, 9)):
                await asyncio.sleep(0)  # anywhere between BEGIN and COMMIT
            chance.choice(tasks).cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        left = [await seen_by(pool) for _ in range(9)]

    assert [r for r in results if r is not None and not isinstance(r, asyncio.CancelledError)] == []
    assert None in results
    assert wrong == []
    assert {row["mark"] for row in left} == {""}


async def test_a_connection_that_is_lost_is_unavailable_and_replaced(
    pool: DirectPool, other: asyncpg.Connection
) -> None:
    task, pid = await fall_asleep(pool, other)

    await other.execute("SELECT pg_terminate_backend($1)", pid)
    with pytest.raises(Unavailable):
        await task

    after = await seen_by(pool)
    assert after["mark"] == ""
    assert after["pid"] != pid


async def test_a_connection_that_is_lost_between_two_statements_is_unavailable(
    pool: DirectPool, other: asyncpg.Connection
) -> None:
    async def lose_it() -> None:
        async with pool.transaction(as_begun, MARK) as transaction:
            (row,) = await transaction.fetch(SEEN, {})
            await other.execute("SELECT pg_terminate_backend($1, 5000)", row["pid"])
            await transaction.fetch(SEEN, {})

    with pytest.raises(Unavailable):
        await lose_it()

    with suppress(Unavailable):  # at most who comes before the loss is known
        await seen_by(pool)
    assert (await seen_by(pool))["mark"] == ""


async def test_what_goes_wrong_in_a_transaction_is_no_error_of_the_event_loop(
    pool: DirectPool,
) -> None:
    told: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: told.append(context))
    try:
        for ending in ENDINGS:
            with suppress(LookupError, AppError, OutOfTimeError):
                async with pool.transaction(as_begun, MARK) as transaction:
                    await ending(transaction)
    finally:
        loop.set_exception_handler(None)

    assert told == []


async def test_a_connection_that_is_lost_while_it_lies_idle_is_replaced(
    pool: DirectPool, other: asyncpg.Connection
) -> None:
    pid = (await seen_by(pool))["pid"]
    await other.execute("SELECT pg_terminate_backend($1, 5000)", pid)

    with suppress(Unavailable):  # at most who comes before the loss is known
        await seen_by(pool)

    assert (await seen_by(pool))["pid"] != pid


async def test_a_connection_that_is_known_to_be_lost_is_replaced_unnoticed(
    pool: DirectPool, other: asyncpg.Connection
) -> None:
    pid = (await seen_by(pool))["pid"]
    await other.execute("SELECT pg_terminate_backend($1, 5000)", pid)
    await asyncio.sleep(0.1)  # the driver reads of it

    assert (await seen_by(pool))["pid"] != pid


async def test_a_connection_that_was_idle_for_long_is_replaced_unnoticed(
    pool: DirectPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = (await seen_by(pool))["pid"]
    monkeypatch.setattr(direct_pool, "SECONDS_IDLE", 0)

    assert (await seen_by(pool))["pid"] != pid


async def test_who_finds_no_connection_waits_for_a_while_and_no_longer(
    pool: DirectPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool.transaction(as_begun, ""):
        monkeypatch.setattr(direct_pool, "POOL_SECONDS", 0.05)
        with pytest.raises(Unavailable) as refusal:
            await seen_by(pool)

    assert refusal.value.status == 503
    assert int(refusal.value.headers["Retry-After"]) > 0
    monkeypatch.undo()
    assert (await seen_by(pool))["mark"] == ""


async def test_who_would_wait_behind_too_many_is_sent_away_at_once(
    pool: DirectPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct_pool, "POOL_SECONDS", 60)
    monkeypatch.setattr(direct_pool, "MAX_WAITING", 2)
    async with pool.transaction(as_begun, ""):
        waiting = [asyncio.create_task(seen_by(pool)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await seen_by(pool)
        assert not any(task.done() for task in waiting)

    assert [row["mark"] for row in await asyncio.gather(*waiting)] == ["", ""]


async def test_who_gives_up_waiting_makes_room_for_others(
    pool: DirectPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct_pool, "MAX_WAITING", 1)
    async with pool.transaction(as_begun, ""):
        for _ in range(3):
            waiting = asyncio.create_task(seen_by(pool))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        waiting = asyncio.create_task(seen_by(pool))
        await asyncio.sleep(0)

    assert (await waiting)["mark"] == ""


async def test_a_database_that_is_away_is_unavailable(
    pool_settings: Settings, closed_port: int
) -> None:
    nobody = SecretStr(f"postgresql+asyncpg://ims_app@127.0.0.1:{closed_port}/postgres")
    async with opened(pool_settings, database_url=nobody) as pool:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await seen_by(pool)


async def test_a_connection_has_the_bounds_of_all_others(pool: DirectPool) -> None:
    names = ("TimeZone", "statement_timeout", "idle_in_transaction_session_timeout", "jit")
    asked = ", ".join(f"current_setting('{name}') AS \"{name}\"" for name in names)
    async with pool.transaction(as_begun, "") as transaction:
        (row,) = await transaction.fetch(Statement(f"SELECT {asked}", (), {}), {})

    assert tuple(row) == ("UTC", "4s", "10s", "off")


async def test_closing_does_not_wait_for_ever(
    pool_settings: Settings, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = DirectPool(pool_settings)
    await pool.open()
    task, _ = await fall_asleep(pool, other)
    monkeypatch.setattr(direct_pool, "POOL_SECONDS", 0.05)

    await pool.close()

    with pytest.raises((Unavailable, asyncpg.InterfaceError, asyncio.CancelledError)):
        await task

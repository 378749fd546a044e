"""Keeping values while Valkey is away, and making each of them once for all who wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis

from app.core.cache import Cache, Kind
from app.core.config import Settings
from app.core.redis import create_redis
from tests.conftest import Servers


class SlowMaker:
    """Makes one value after a while, or fails."""

    def __init__(self, *, seconds: float = 0.05, error: Exception | None = None) -> None:
        self.seconds = seconds
        self.error = error
        self.calls = 0
        self.has_begun = asyncio.Event()

    async def __call__(self) -> list[int]:  # noqa: D102
        self.calls += 1
        self.has_begun.set()
        number = self.calls
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return [number]


@asynccontextmanager
async def silent(folder: Path) -> AsyncIterator[Redis]:
    """A client of a server that takes connections and never answers."""
    leave = asyncio.Event()

    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await leave.wait()
        writer.close()

    server = await asyncio.start_unix_server(wait, folder / "silent.sock")
    pool = BlockingConnectionPool.from_url(f"unix://{folder}/silent.sock", max_connections=20)
    async with Redis.from_pool(pool) as client:
        yield client
    leave.set()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def cache(servers: Servers) -> AsyncIterator[Cache]:
    async with create_redis(Settings(redis_url=SecretStr(servers.redis_url))) as redis:
        yield Cache(redis, database=str(uuid4()))


@pytest.fixture
async def alone(closed_port: int) -> AsyncIterator[Cache]:
    """A cache whose Redis is not there."""
    url = SecretStr(f"redis://127.0.0.1:{closed_port}")
    async with create_redis(Settings(redis_url=url)) as redis:
        yield Cache(redis, database=str(uuid4()))


def calls(cache: Cache, make: SlowMaker, number: int = 50) -> list[asyncio.Task[list[int]]]:
    """So many at once who want the same value."""
    return [
        asyncio.create_task(cache.get_or_make(Kind.FACETS, ("x",), make)) for _ in range(number)
    ]


@pytest.mark.parametrize("has_redis", [True, False])
async def test_fifty_at_once_make_a_value_once(has_redis: bool, cache: Cache, alone: Cache) -> None:
    cache, make = cache if has_redis else alone, SlowMaker()

    values = await asyncio.gather(*calls(cache, make))

    assert values == [[1]] * 50
    assert make.calls == 1
    assert len({id(value) for value in values}) == 50  # nobody can change another's
    assert (cache.misses[Kind.FACETS], cache.hits[Kind.FACETS]) == (1, 49)


async def test_different_values_do_not_wait_for_each_other(cache: Cache) -> None:
    make = SlowMaker(seconds=0.2)

    async with asyncio.timeout(1):
        await asyncio.gather(
            *(cache.get_or_make(Kind.FACETS, (key,), make) for key in range(20)),
        )

    assert make.calls == 20


async def test_an_error_is_everybodys_and_nothing_is_kept(cache: Cache) -> None:
    make = SlowMaker(error=LookupError("no luck"))

    outcomes = await asyncio.gather(*calls(cache, make), return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {LookupError}
    assert make.calls == 1
    make.error = None
    assert await cache.get_or_make(Kind.FACETS, ("x",), make) == [2]


async def test_when_the_first_is_cancelled_another_takes_over(cache: Cache) -> None:
    make = SlowMaker()
    first, *others = calls(cache, make)
    await make.has_begun.wait()

    first.cancel()

    assert await asyncio.gather(*others) == [[2]] * 49
    assert make.calls == 2
    assert first.cancelled()


async def test_who_only_waits_can_be_cancelled_alone(cache: Cache) -> None:
    make = SlowMaker()
    first, second, third = calls(cache, make, 3)
    await make.has_begun.wait()

    second.cancel()

    assert await first == await third == [1]
    assert second.cancelled()
    assert make.calls == 1


async def test_when_all_are_cancelled_nothing_is_left_behind(cache: Cache) -> None:
    make = SlowMaker()
    tasks = calls(cache, make, 5)
    await make.has_begun.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert await cache.get_or_make(Kind.FACETS, ("x",), make) == [make.calls]


async def test_without_redis_every_call_is_a_miss(alone: Cache) -> None:
    make = SlowMaker(seconds=0)

    values = [await alone.get_or_make(Kind.FACETS, ("x",), make) for _ in range(20)]

    assert values == [[number] for number in range(1, 21)]
    assert alone.misses[Kind.FACETS] == 20
    assert await alone.delete(Kind.FACETS, ("x",)) is False


async def test_a_redis_that_hangs_is_soon_given_up(tmp_path: Path) -> None:
    async with silent(tmp_path) as redis:
        cache, make = Cache(redis, database=""), SlowMaker(seconds=0)
        started = time.monotonic()
        await cache.get_or_make(Kind.FACETS, ("x",), make)
        assert 0.2 < time.monotonic() - started < 1  # once for the look, not again to keep it

        for _ in range(10):
            await cache.get_or_make(Kind.FACETS, ("x",), make)
        assert time.monotonic() - started < 3  # after five times it is left alone
    assert make.calls == 11

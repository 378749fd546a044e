"""Counting with Valkey, without it, and while it comes and goes."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from structlog.testing import capture_logs

from app.core.breaker import FAILURES, CircuitBreaker
from app.core.config import Settings
from app.core.rate_limit.classes import RateClass
from app.core.rate_limit.gcra import Rate
from app.core.rate_limit.limiter import RateLimiter
from app.core.rate_limit.local import LocalLimits
from app.core.redis import create_redis
from app.local.throwaway import ThrowawayServers

LIMIT = 10
RATES = {name: Rate(LIMIT) for name in RateClass}


def absent(folder: Path) -> Redis:
    """A client of a server that is not there."""
    client: Redis = Redis.from_url(f"unix://{folder}/nobody.sock")
    return client


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[Redis]:
    """A client of a server that takes connections and never answers."""
    path = tmp_path / "silent.sock"
    leave = asyncio.Event()

    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await leave.wait()
        writer.close()

    server = await asyncio.start_unix_server(wait, path)
    pool = BlockingConnectionPool.from_url(f"unix://{path}", max_connections=20)
    async with Redis.from_pool(pool) as client:
        yield client
    leave.set()
    server.close()
    await server.wait_closed()


async def passed(limiter: RateLimiter, times: int, *, identity: str | None = None) -> int:
    """How many of so many parallel calls of one caller may pass."""
    identity = identity or str(uuid4())
    decisions = await asyncio.gather(
        *(limiter.count(RateClass.DEFAULT, identity) for _ in range(times))
    )
    return sum(one is not None and one.is_allowed for one in decisions)


async def test_a_burst_of_200_passes_exactly_the_limit(redis: Redis) -> None:
    assert await passed(RateLimiter(redis, RATES), 200) == LIMIT


async def test_processes_count_together(redis: Redis, limited_settings: Settings) -> None:
    identity = str(uuid4())
    async with create_redis(limited_settings) as other:
        limiters = [RateLimiter(one, RATES) for one in (redis, other)]
        counts = await asyncio.gather(*(passed(one, 100, identity=identity) for one in limiters))

    assert sum(counts) == LIMIT


async def test_a_burst_leaves_the_breaker_closed(redis: Redis) -> None:
    with capture_logs() as logs:
        limiter = RateLimiter(redis, RATES)
        await asyncio.gather(*(passed(limiter, 20) for _ in range(10)))

    assert logs == []


async def test_a_process_that_is_busy_itself_does_not_take_redis_for_dead(redis: Redis) -> None:
    async def be_busy() -> None:
        for _ in range(3):
            time.sleep(0.4)  # noqa: ASYNC251 - what a burst of other requests does
            await asyncio.sleep(0)

    with capture_logs() as logs:
        limiter = RateLimiter(redis, RATES)
        counts, *_ = await asyncio.gather(passed(limiter, 30), be_busy())

    assert counts == LIMIT
    # What else goes on in this process may have been slow.
    assert [log for log in logs if "redis" in log["event"]] == []


async def test_callers_and_classes_are_counted_apart(redis: Redis) -> None:
    limiter, identity = RateLimiter(redis, RATES), str(uuid4())
    assert await passed(limiter, LIMIT + 1, identity=identity) == LIMIT

    other = await limiter.count(RateClass.SEARCH, identity)
    assert other is not None
    assert other.remaining == LIMIT - 1
    assert await passed(limiter, LIMIT) == LIMIT


async def test_a_class_that_is_switched_off_is_not_counted(redis: Redis) -> None:
    limiter, identity = RateLimiter(redis, {}), str(uuid4())

    assert await limiter.count(RateClass.AUTH, identity) is None
    assert await redis.keys(f"*{identity}*") == []


async def test_what_is_kept_ends_by_itself(redis: Redis) -> None:
    limiter, identity = RateLimiter(redis, RATES), str(uuid4())
    key = f"ims:limit:default:{identity}"

    await passed(limiter, 1, identity=identity)
    assert 5_000 < await redis.pttl(key) <= 6_000
    await passed(limiter, 200, identity=identity)
    assert 50_000 < await redis.pttl(key) <= 60_000


async def test_without_redis_the_limit_is_this_processs_own(tmp_path: Path) -> None:
    limiter = RateLimiter(absent(tmp_path), RATES)

    assert await passed(limiter, 200) == LIMIT


async def test_a_redis_that_hangs_is_waited_for_once(silent: Redis) -> None:
    limiter = RateLimiter(silent, RATES)

    started = time.monotonic()
    assert await passed(limiter, 200) == LIMIT
    assert 0.2 < time.monotonic() - started < 2  # ten rounds of waiting would take longer

    started = time.monotonic()
    assert await passed(limiter, 200) == LIMIT
    assert time.monotonic() - started < 1


async def test_without_redis_one_line_a_second_is_logged_at_most(tmp_path: Path) -> None:
    with capture_logs() as logs:
        limiter = RateLimiter(absent(tmp_path), RATES, breaker=CircuitBreaker(open_seconds=0))
        await passed(limiter, 50)

    assert [line["event"] for line in logs] == ["rate_limits_without_redis"]
    assert set(logs[0]) == {"event", "error", "log_level"}


async def test_redis_is_used_again_when_it_is_back(
    redis: Redis, own_servers: ThrowawayServers
) -> None:
    limiter = RateLimiter(redis, RATES, breaker=CircuitBreaker(open_seconds=0.2))
    identity = str(uuid4())
    own_servers.valkey.stop()
    try:
        assert await passed(limiter, 50, identity=identity) == LIMIT
    finally:
        own_servers.valkey.start()

    assert await passed(limiter, 1, identity=identity) == 0  # it is not asked yet
    await asyncio.sleep(0.25)
    assert await passed(limiter, 1, identity=identity) == 1
    assert await redis.exists(f"ims:limit:default:{identity}") == 1


def test_the_breaker_lets_one_try_after_a_while() -> None:
    breaker = CircuitBreaker(open_seconds=0.05)
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.may_try()
    breaker.failed()
    assert not breaker.may_try()

    time.sleep(0.06)
    assert [breaker.may_try() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.may_try() for _ in range(3)] == [True, True, True]


def test_a_success_in_between_keeps_the_breaker_closed() -> None:
    breaker = CircuitBreaker()
    for _ in range(3 * FAILURES):
        breaker.failed()
        breaker.succeeded()

    assert breaker.may_try()


def test_memory_is_bounded_by_forgetting_who_called_longest_ago() -> None:
    limits = LocalLimits(max_entries=3)
    rate = Rate(1)
    for key in ("a", "b", "c", "a", "d"):  # a is refused, and still called after b
        limits.count(key, rate)

    assert not limits.count("a", rate).is_allowed
    assert limits.count("b", rate).is_allowed

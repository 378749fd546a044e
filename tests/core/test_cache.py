"""Keeping values in Valkey: what is found again, for how long, and what never is."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, TypeAdapter
from redis.asyncio import Redis

from app.core.cache import LIFETIMES, MAX_BYTES, Cache, Kind, create_cache
from app.core.config import Settings
from app.core.redis import create_redis
from tests.conftest import Servers


@dataclass(frozen=True, slots=True)
class Found:
    """A value of a form of its own."""

    count: int
    names: list[str]


FOUND = TypeAdapter(Found)


class Maker:
    """Makes the next of some values at each call."""

    def __init__(self, *values: Any) -> None:
        self.values = iter(values)
        self.calls = 0

    async def __call__(self) -> Any:  # noqa: D102
        self.calls += 1
        return next(self.values)


@pytest.fixture
async def redis(servers: Servers) -> AsyncIterator[Redis]:
    async with create_redis(Settings(redis_url=SecretStr(servers.redis_url))) as client:
        yield client


@pytest.fixture
def new_cache(redis: Redis) -> Callable[[], Cache]:
    """Another process with the same database, which no other test names."""
    name = str(uuid4())
    return lambda: Cache(redis, database=name)


@pytest.fixture
def cache(new_cache: Callable[[], Cache]) -> Cache:
    return new_cache()


async def test_what_was_made_is_found_by_every_process(new_cache: Callable[[], Cache]) -> None:
    one, other, make = new_cache(), new_cache(), Maker({"a": [1, None, "é"]})

    values = [await cache.get_or_make(Kind.FACETS, (1, "q"), make) for cache in (one, other, one)]

    assert values == [{"a": [1, None, "é"]}] * 3
    assert make.calls == 1
    assert (one.misses, one.hits) == ({Kind.FACETS: 1}, {Kind.FACETS: 1})
    assert (other.misses, other.hits) == ({}, {Kind.FACETS: 1})


async def test_a_value_is_the_same_whether_it_was_made_or_found(cache: Cache) -> None:
    make = Maker({1: (2, 3)})

    made, found = [await cache.get_or_make(Kind.FACETS, ("x",), make) for _ in range(2)]

    assert made == found == {"1": [2, 3]}


async def test_a_value_has_its_form(cache: Cache) -> None:
    make = Maker(Found(1, ["a"]))

    made, found = [
        await cache.get_or_make(Kind.STATISTICS, (1,), make, form=FOUND) for _ in range(2)
    ]

    assert made == found == Found(1, ["a"])
    assert made.names is not found.names


@pytest.mark.parametrize(
    "other",
    [
        (Kind.FACETS, ((1,), 7, "q")),  # another kind
        (Kind.STATISTICS, ((1,), 8, "q")),  # another generation
        (Kind.STATISTICS, ((1, 2), 7, "q")),  # another scope
        (Kind.STATISTICS, ((1,), 7, "Q")),  # another question
        (Kind.STATISTICS, ((17,), "q")),
    ],
)
async def test_what_depends_on_something_else_is_another_value(
    other: tuple[Kind, tuple[object, ...]], cache: Cache
) -> None:
    make = Maker("theirs", "ours")
    await cache.get_or_make(Kind.STATISTICS, ((1,), 7, "q"), make)

    assert await cache.get_or_make(*other, make) == "ours"


async def test_another_database_has_other_values(redis: Redis, settings: Settings) -> None:
    key, make = (str(uuid4()),), Maker("theirs", "ours")
    url = settings.required_database_url
    login = settings.model_copy(update={"database_url": SecretStr(url.replace("ims_app", "else"))})
    other = settings.model_copy(update={"database_url": SecretStr(f"{url}&application_name=x")})

    values = [
        await create_cache(redis, one).get_or_make(Kind.FACETS, key, make)
        for one in (settings, other, login)
    ]

    assert values == ["theirs", "ours", "theirs"]


async def test_nothing_of_a_question_can_be_read_in_a_name(cache: Cache, redis: Redis) -> None:
    key = ((1,), 7, "Ann Smith")
    await cache.get_or_make(Kind.SUGGESTIONS, key, Maker([]))

    (name,) = await redis.keys(f"{cache._name(Kind.SUGGESTIONS, key)}*")

    assert re.fullmatch(rb"ims:cache:suggestions:[0-9a-f]{40}", name)


@pytest.mark.parametrize("kind", Kind)
async def test_values_end_by_themselves_and_not_all_at_once(
    kind: Kind, cache: Cache, redis: Redis
) -> None:
    lifetimes = []
    for number in range(20):
        await cache.get_or_make(kind, (number,), Maker(number))
        lifetimes.append(await redis.pttl(cache._name(kind, (number,))))

    assert all(LIFETIMES[kind] * 890 < one <= LIFETIMES[kind] * 1000 for one in lifetimes)
    assert max(lifetimes) - min(lifetimes) > LIFETIMES[kind] * 10


async def test_what_is_too_large_is_not_kept(cache: Cache, redis: Redis) -> None:
    make = Maker("x" * (MAX_BYTES - 2), "y" * (MAX_BYTES - 1), "z")

    assert [len(await cache.get_or_make(Kind.FACETS, ("fits",), make)) for _ in range(2)] == [
        MAX_BYTES - 2
    ] * 2
    assert len(await cache.get_or_make(Kind.FACETS, ("large",), make)) == MAX_BYTES - 1
    assert await cache.get_or_make(Kind.FACETS, ("large",), make) == "z"


@pytest.mark.parametrize("rubbish", [b"\xff\x00", b"{", b'{"count": "many"}', b"[]", b"null", b""])
async def test_rubbish_is_made_anew(rubbish: bytes, cache: Cache, redis: Redis) -> None:
    make = Maker(Found(1, []), Found(2, []), Found(3, []))

    async def get() -> Found:
        found: Found = await cache.get_or_make(Kind.STATISTICS, ("x",), make, form=FOUND)
        return found

    await get()
    await redis.set(cache._name(Kind.STATISTICS, ("x",)), rubbish)

    assert (await get()).count == 2
    is_deleted = rubbish == b""
    assert (await get()).count == (3 if is_deleted else 2)


async def test_another_type_of_redis_is_no_value(cache: Cache, redis: Redis) -> None:
    make = Maker(1)
    await redis.lpush(cache._name(Kind.FACETS, ()), "1")  # type: ignore[misc]

    assert await cache.get_or_make(Kind.FACETS, (), make) == 1


async def test_what_was_deleted_is_made_anew_everywhere(new_cache: Callable[[], Cache]) -> None:
    one, other, make = new_cache(), new_cache(), Maker("old", "new", "newer")
    await one.get_or_make(Kind.SCOPE, (5,), make)

    assert await other.delete(Kind.SCOPE, (5,)) is True

    assert await one.get_or_make(Kind.SCOPE, (5,), make) == "new"
    assert await one.get_or_make(Kind.SCOPE, (5,), make) == "newer"  # kept again a little later


async def test_what_was_deleted_while_it_was_made_is_not_kept(
    new_cache: Callable[[], Cache],
) -> None:
    one, other, may_end = new_cache(), new_cache(), asyncio.Event()

    async def make_slowly() -> str:
        await may_end.wait()
        return "outdated"

    slow = asyncio.create_task(one.get_or_make(Kind.SCOPE, (5,), make_slowly))
    await asyncio.sleep(0.05)
    await one.delete(Kind.SCOPE, (5,))
    assert await one.get_or_make(Kind.SCOPE, (5,), Maker("right")) == "right"
    may_end.set()

    assert await slow == "outdated"
    assert await other.get_or_make(Kind.SCOPE, (5,), Maker("still right")) == "still right"

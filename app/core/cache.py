"""Values that are dear to make, kept in Redis for a while; never the truth about anything.

A key holds all that its value depends on: whose sites, their generation, the question. So a write
makes what was kept before unreachable, and nothing has to be searched for. What can have no
generation in its key is deleted when it changes.

Whatever is wrong with Redis, the value is made as if nothing had been kept. Processes do not wait
for each other: a lock would make all of them wait for one that may have died, to spare each of
them one query.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter
from redis.asyncio import Redis
from sqlalchemy import URL, make_url

from app.core.config import Settings
from app.core.redis import MAX_CONNECTIONS
from app.core.redis_calls import NoAnswerError, RedisCalls
from app.core.single_flight import SingleFlight


class Kind(StrEnum):
    """What is kept."""

    SCOPE = "scope"
    TOKEN = "token"  # noqa: S105 - a word
    REFERENCE = "reference"
    TOTALS = "totals"
    FACETS = "facets"
    STATISTICS = "statistics"
    SUGGESTIONS = "suggestions"


LIFETIMES = {
    Kind.SCOPE: 30,
    Kind.TOKEN: 60,
    Kind.REFERENCE: 30 * 60,
    Kind.TOTALS: 5 * 60,
    Kind.FACETS: 5 * 60,
    Kind.STATISTICS: 5 * 60,
    Kind.SUGGESTIONS: 5 * 60,
}
"""For how many seconds at most; each value for up to a tenth less, so that they end one by one."""

MAX_BYTES = 256 * 1024
"""What is larger is made anew each time."""

DELETED_SECONDS = 30
"""For how long a deleted key takes no value: twice as long as the longest request can last."""

DELETED = b""

ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)

Key = tuple[object, ...]
"""All that a value depends on, as JSON can hold it. It is hashed: searches name people."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    """A value as JSON, and as whoever has found or made it reads it from there."""

    content: bytes
    value: T
    was_kept: bool


class Cache:
    """Finds values in Redis, and keeps there what had to be made.

    Attributes:
        hits: By kind, how often a value was there, or was being made for somebody else.
        misses: By kind, how often one had to be made.
    """

    def __init__(self, redis: Redis, *, database: str) -> None:
        self.hits: Counter[Kind] = Counter()
        self.misses: Counter[Kind] = Counter()
        self._redis = redis
        self._database = database
        # Half of the connections, so that the limits of rates never wait for these.
        self._calls = RedisCalls("cache_without_redis", at_once=MAX_CONNECTIONS // 2)
        self._flights: SingleFlight[_Entry[Any]] = SingleFlight()

    async def get_or_make(
        self,
        kind: Kind,
        key: Key,
        make: Callable[[], Awaitable[T]],
        *,
        form: TypeAdapter[T] = ANYTHING,
    ) -> T:
        """The value of a key: the one kept, or else what `make` answers.

        Of those who want it at once in this process, one makes it. What `make` raises is raised,
        and nothing is kept. Each caller has a value of its own, read from JSON.

        Args:
            kind: What it is, and so for how long it is kept.
            key: What it depends on.
            make: Makes it.
            form: Its type; what Redis holds of another form is made anew.
        """
        name = self._name(kind, key)
        entry, was_first = await self._flights.share(
            name, lambda: self._find_or_make(kind, name, make, form)
        )
        is_hit = entry.was_kept or not was_first
        (self.hits if is_hit else self.misses)[kind] += 1
        value: T = entry.value if was_first else form.validate_json(entry.content)
        return value

    async def delete(self, kind: Kind, key: Key) -> bool:
        """Forget the value of a key, also one that was looked up before and is still on its way.

        Answers whether Redis has done it; if not, the value may be found until its time is over.
        """
        name = self._name(kind, key)
        self._flights.forget(name)
        try:
            await self._calls.make(lambda: self._set(name, DELETED, DELETED_SECONDS * 1000))
        except NoAnswerError:
            return False
        return True

    def _name(self, kind: Kind, key: Key) -> str:
        digest = blake2b(orjson.dumps([self._database, *key]), digest_size=20)
        return f"ims:cache:{kind}:{digest.hexdigest()}"

    async def _find_or_make(
        self, kind: Kind, name: str, make: Callable[[], Awaitable[T]], form: TypeAdapter[T]
    ) -> _Entry[T]:
        try:
            found = await self._calls.make(lambda: self._find(name, form))
        except NoAnswerError:
            return _made(form, await make())  # whoever could not ask need not tell, either
        if found is not None:
            return found
        entry = _made(form, await make())
        if len(entry.content) <= MAX_BYTES:
            await self._keep(name, entry.content, _milliseconds(kind))
        return entry

    async def _find(self, name: str, form: TypeAdapter[T]) -> _Entry[T] | None:
        content = await self._redis.get(name)
        if not content:  # not there, or deleted
            return None
        try:
            return _Entry(content, form.validate_json(content), was_kept=True)
        except ValueError:
            await self._redis.delete(name)
            return None

    async def _keep(self, name: str, content: bytes, milliseconds: int) -> None:
        # Not over what is there: it may say that the value was deleted while it was made.
        try:
            await self._calls.make(lambda: self._set(name, content, milliseconds, nx=True))
        except NoAnswerError:
            return

    async def _set(self, name: str, content: bytes, milliseconds: int, *, nx: bool = False) -> None:
        await self._redis.set(name, content, px=milliseconds, nx=nx)


def create_cache(redis: Redis, settings: Settings) -> Cache:
    """Make the cache of this installation's database, whoever else uses the same Redis.

    Ids and generations count from one in every database. All processes have to name theirs alike,
    the login aside.
    """
    url = make_url(settings.required_database_url)
    without_login = URL.create(
        url.drivername, host=url.host, port=url.port, database=url.database, query=url.query
    )
    return Cache(redis, database=without_login.render_as_string())


def _made(form: TypeAdapter[T], value: T) -> _Entry[T]:
    content = form.dump_json(value)
    return _Entry(content, form.validate_json(content), was_kept=False)


def _milliseconds(kind: Kind) -> int:
    """The lifetime of one value."""
    return round(LIFETIMES[kind] * random.uniform(900, 1000))  # noqa: S311 - no secret

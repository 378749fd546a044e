"""Connections for what is asked most, without the layers above the driver.

A transaction of theirs is three messages: BEGIN with its settings, the statement, COMMIT. What is
kept from one to the next is the connection and the statements that it has prepared.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from app.core.config import Settings
from app.core.database import API_STATEMENT_SECONDS, MAX_WAITING, POOL_SECONDS, connect_options
from app.core.database_errors import database_answer
from app.core.errors import Unavailable
from app.core.statement import Statement
from app.core.tls import postgres_tls

T = TypeVar("T")

Row: TypeAlias = Mapping[str, Any]

Sink: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Takes what is copied."""

CopyOptions: TypeAlias = Mapping[str, Any]
"""How rows are written: options of COPY, as asyncpg names them."""

SECONDS_IDLE = 300
"""How long a connection may lie unused before it is closed."""


class OutOfTimeError(Unavailable):
    """A statement was stopped because its time was over."""


class DirectTransaction:
    """What was begun on a connection, and is not over."""

    def __init__(self, connection: asyncpg.Connection, *, copy_seconds: int) -> None:
        self._connection = connection
        self._copy_seconds = copy_seconds

    async def fetch(
        self, statement: Statement, values: dict[str, object], *, seconds: float | None = None
    ) -> Sequence[Row]:
        """The rows that a statement finds.

        Args:
            statement: What to run.
            values: The values of its parameters, by name.
            seconds: After how long to give up; None: as the connection has it.

        Raises:
            OutOfTimeError: The time was over; the transaction is of no use any more.
        """
        try:
            rows: Sequence[Row] = await self._connection.fetch(
                statement.sql, *statement.arguments(values), timeout=seconds
            )
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            raise OutOfTimeError from error
        return rows

    async def batches(
        self, statement: Statement, values: dict[str, object], *, size: int
    ) -> AsyncIterator[Sequence[Row]]:
        """The rows that a statement finds, so many at a time: never all of them in memory."""
        cursor = await self._connection.cursor(statement.sql, *statement.arguments(values))
        while rows := await cursor.fetch(size):
            yield rows

    async def copy(
        self, statement: Statement, values: dict[str, object], sink: Sink, *, options: CopyOptions
    ) -> None:
        """Have the rows that a statement finds written by the database itself, as text.

        The sink is given whole rows, some at a time, and waited for. There is no limit of time
        but the connection's own. COPY takes no parameters: the driver writes the values as
        literals, quoted by the database.
        """
        await self._connection.copy_from_query(
            statement.sql,
            *statement.arguments(values),
            output=sink,
            timeout=self._copy_seconds,
            **options,
        )

    async def set(self, settings: str) -> None:
        """Go on with other settings (SQL)."""
        await self._connection.execute(settings)


class DirectPool:
    """A bounded number of connections, and a bounded number of those who wait for one."""

    def __init__(
        self,
        settings: Settings,
        *,
        size: int | None = None,
        statement_seconds: int = API_STATEMENT_SECONDS,
    ) -> None:
        url = make_url(settings.required_database_url)
        _, address = dialect().create_connect_args(url)  # type: ignore[no-untyped-call]
        self._size = size or settings.database_pool_size
        self._options = {
            **address,
            **connect_options(statement_seconds, postgres_tls(settings, url)),
            "min_size": 0,
            "max_size": self._size,
            "max_inactive_connection_lifetime": SECONDS_IDLE,
            "reset": _end,
        }
        self._pool: Any = None
        self._statement_seconds = statement_seconds
        self._places = asyncio.Semaphore(self._size)
        self._waiting = 0
        self._at_hand: list[tuple[Any, float]] = []

    async def open(self) -> None:
        """Begin; it connects when it is needed."""
        self._pool = await asyncpg.create_pool(**self._options)

    async def close(self) -> None:
        """Close all connections, by force where one is still busy."""
        if self._pool is None:
            return
        for connection, _ in self._at_hand:
            await self._pool.release(connection)
        self._at_hand.clear()
        try:
            await asyncio.wait_for(self._pool.close(), POOL_SECONDS)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(
        self, make: Callable[[DirectTransaction], T], settings: str, *, is_read_only: bool = True
    ) -> AsyncIterator[T]:
        """Work within a transaction, which is committed when the block ends well.

        Args:
            make: What is made of it.
            settings: What it begins with (SQL).
            is_read_only: Whether it sees the rows of one moment and writes none.

        Raises:
            AppError: The answer to what the database, or the way to it, has against it.
        """
        await self._wait_for_place()
        try:
            connection = await self._acquire()
            is_over = False
            try:
                begin = _BEGIN_READING if is_read_only else _BEGIN
                await connection.execute(begin + settings)
                yield make(DirectTransaction(connection, copy_seconds=self._statement_seconds))
                await connection.execute("COMMIT")
                is_over = True
            except Exception:
                await _end(connection)
                raise
            finally:
                if is_over:
                    self._at_hand.append((connection, time.monotonic()))
                else:
                    await self._pool.release(connection)
        except _OF_THE_DATABASE as error:
            if (answer := database_answer(error)) is None:
                raise
            raise answer from error
        finally:
            self._places.release()

    async def _acquire(self) -> Any:
        """A connection that was in use lately, which costs nothing to be had again, or another."""
        while self._at_hand:
            connection, since = self._at_hand.pop()
            # The driver takes a connection that was lost away from whoever holds it.
            with suppress(asyncpg.InterfaceError):
                if time.monotonic() - since < SECONDS_IDLE and not connection.is_closed():
                    return connection
                connection.terminate()
            await self._pool.release(connection)
        return await self._pool.acquire(timeout=POOL_SECONDS)

    async def _wait_for_place(self) -> None:
        """Wait until there are fewer transactions than there may be connections.

        Raises:
            Unavailable: Too many wait already, or it takes too long.
        """
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= MAX_WAITING:
            raise Unavailable
        self._waiting += 1
        try:
            async with asyncio.timeout(POOL_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable from None
        finally:
            self._waiting -= 1


_OF_THE_DATABASE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""Errors of the database, of the driver, and of the way between them."""

_BEGIN = "BEGIN;"
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"


async def _end(connection: Any) -> None:
    """End a transaction that was left, if there still is a connection to say so."""
    if not connection.is_closed() and connection.is_in_transaction():
        await connection.execute("ROLLBACK")

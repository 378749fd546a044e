"""The engine, its connections, and the one place where a transaction is opened and committed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from types import MappingProxyType
from typing import Any, TypeVar

import asyncpg
import orjson
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from app.core.config import Settings
from app.core.tls import postgres_tls

CONNECT_SECONDS = 2
POOL_SECONDS = 2
MAX_WAITING = 200
API_STATEMENT_SECONDS = 4
JOB_STATEMENT_SECONDS = 300
IDLE_IN_TRANSACTION_SECONDS = 10

BEGIN_WITH = "begin_with"
"""Key in `Session.info`: SQL to send in the same message as each BEGIN of that session."""

S = TypeVar("S", bound=AsyncSession)


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection whose transactions can begin with settings of their own.

    Sent in one message with the BEGIN, they cost no round trip; being SET LOCAL, they end with
    the transaction, so nothing of one borrower is left for the next.
    """

    begin_with: str = ""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:  # noqa: ASYNC109
        """Run a statement; a BEGIN takes the session's settings along."""
        if self.begin_with and query.startswith("BEGIN"):
            query += self.begin_with
        status: str = await super().execute(query, *args, timeout=timeout)
        return status


class BoundedPool(AsyncAdaptedQueuePool):
    """A pool that sends away who would wait behind too many others, instead of letting all wait."""

    waiting = 0

    def _do_get(self) -> ConnectionPoolEntry:
        if self.waiting >= MAX_WAITING:
            raise PoolTimeoutError("Too many wait for a connection")
        self.waiting += 1
        try:
            return super()._do_get()
        finally:
            self.waiting -= 1


def create_app_engine(
    settings: Settings, *, pool_size: int, statement_seconds: int = API_STATEMENT_SECONDS
) -> AsyncEngine:
    """Make an engine for the application's database, which uses TLS as the settings demand."""
    url = make_url(settings.required_database_url)
    return create_engine(
        url,
        pool_size=pool_size,
        statement_seconds=statement_seconds,
        tls=postgres_tls(settings, url),
    )


def create_engine(
    url: URL,
    *,
    pool_size: int,
    statement_seconds: int = API_STATEMENT_SECONDS,
    tls: Mapping[str, SSLContext] = MappingProxyType({}),
) -> AsyncEngine:
    """Make an engine with a bounded pool and bounded waits (all in seconds)."""
    engine = create_async_engine(
        url,
        poolclass=BoundedPool,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=POOL_SECONDS,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"connection_class": Connection, **connect_options(statement_seconds, tls)},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_a_closed_connection)
    event.listen(engine.sync_engine, "checkin", _leave_nothing_behind)
    return engine


def connect_options(statement_seconds: int, tls: Mapping[str, SSLContext]) -> dict[str, Any]:
    """How every connection is made: its bounds in time, and what holds for all its statements."""
    return {
        "timeout": CONNECT_SECONDS,
        "command_timeout": statement_seconds + 1,
        "server_settings": {
            "application_name": "ims",
            "TimeZone": "UTC",
            "statement_timeout": f"{statement_seconds}s",
            "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
            # For short statements over data that is mostly in memory: compiling one takes longer
            # than it ever saves, a page out of order costs little more than one in order, and the
            # rows of a common word fit into a sort or a bitmap.
            "jit": "off",
            "random_page_cost": "1.1",
            "work_mem": "16MB",
        },
        **tls,
    }


def _refuse_a_closed_connection(connection: Any, _entry: ConnectionPoolEntry, _proxy: Any) -> None:
    """Replace what the server closed while it lay in the pool; asyncpg knows without asking."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _leave_nothing_behind(connection: Any, entry: ConnectionPoolEntry) -> None:
    """Discard a connection that comes back inside a transaction that the pool did not end."""
    if connection is None:
        return
    connection.driver_connection.begin_with = ""
    if connection.driver_connection.is_in_transaction():
        entry.invalidate()


@event.listens_for(Session, "after_begin")
def _hand_over_settings(session: Session, transaction: SessionTransaction, connection: Any) -> None:
    """Tell the connection what its BEGIN carries, before anything is sent.

    It happens at each transaction of a session, so also after a commit or a rollback.
    """
    if not transaction.nested:
        connection.connection.driver_connection.begin_with = session.info.get(BEGIN_WITH, "")


@asynccontextmanager
async def transaction(
    engine: AsyncEngine, session_class: type[S], info: dict[str, object], *, read_only: bool = False
) -> AsyncIterator[S]:
    """Open a session, commit when the block ends well, roll back when it does not."""
    bind = engine.execution_options(postgresql_readonly=True) if read_only else engine
    async with session_class(bind, expire_on_commit=False, info=info) as session:
        yield session
        await session.commit()


@asynccontextmanager
async def unscoped_transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Open a transaction without a scope: of what sites own, the database shows it nothing."""
    async with transaction(engine, AsyncSession, {}) as session:
        yield session

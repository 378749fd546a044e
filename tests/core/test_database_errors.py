"""What the database refuses becomes an answer, and what it quotes stays with it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

from app.core.database import create_engine
from app.core.database_errors import database_answer
from app.core.errors import AppError

SECRET = "horse battery"

TABLES = """
CREATE TEMPORARY TABLE thing (
    id bigint PRIMARY KEY, small int, name varchar(10) NOT NULL, amount int CHECK (amount > 0),
    parent bigint REFERENCES thing (id)
)
"""


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as opened:
        await opened.execute(text(TABLES))
        await opened.execute(text("INSERT INTO thing VALUES (1, 1, 'one', 1)"))
        yield opened


async def failure(connection: AsyncConnection, sql: str, **values: object) -> AppError | None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which one, is the question
        await connection.execute(text(sql), values)
    return database_answer(caught.value)


@pytest.mark.parametrize(
    ("sql", "value", "status"),
    [
        ("SELECT * FROM thing WHERE name = :v", "a\0b", 422),
        ("SELECT * FROM thing WHERE name = :v", "a\ud800", 422),
        ("SELECT * FROM thing WHERE id = :v", 2**63, 422),
        ("SELECT * FROM thing WHERE small = :v", 2**31, 422),
        ("SELECT * FROM thing WHERE id = :v", "not a number", 422),
        ("SELECT * FROM thing OFFSET :v", -1, 422),
        ("SELECT now() AT TIME ZONE :v", "Mars/Base", 422),
        ("SELECT 'ab' LIKE :v", "a\\", 422),
        ("INSERT INTO thing (id, name) VALUES (2, :v)", SECRET, 422),
        ("INSERT INTO thing (id, name) VALUES (2, :v)", None, 422),
        ("INSERT INTO thing (id, name, amount) VALUES (2, 'two', :v)", -5, 422),
        ("INSERT INTO thing (id, name, parent) VALUES (2, 'two', :v)", 99, 422),
        ("INSERT INTO thing (id, name) VALUES (1, :v)", "horse", 409),
    ],
)
async def test_values_the_database_refuses(
    connection: AsyncConnection, sql: str, value: object, status: int
) -> None:
    with capture_logs() as logs:
        answer = await failure(connection, sql, v=value)

    assert answer is not None
    assert answer.status == status
    assert "thing" not in answer.text
    assert len(logs) == 1
    assert "horse" not in repr(logs)


async def test_a_forbidden_table_is_a_403_and_a_security_event(
    connection: AsyncConnection,
) -> None:
    await connection.execute(text("CREATE ROLE nobody_in_particular"))
    await connection.execute(text("SET LOCAL ROLE nobody_in_particular"))

    with capture_logs() as logs:
        answer = await failure(connection, "SELECT * FROM pg_authid")

    assert answer is not None
    assert answer.status == 403
    (entry,) = logs
    assert entry["event"] == "security_database_refused_access"
    assert entry["sqlstate"] == "42501"


@pytest.mark.parametrize(
    "sql",
    [
        "SET LOCAL statement_timeout = '20ms'; ",
        "SET LOCAL lock_timeout = '20ms'; ",
    ],
)
async def test_a_statement_out_of_time_is_a_503(
    connection: AsyncConnection, engine: AsyncEngine, sql: str
) -> None:
    other = create_engine(engine.url, pool_size=1)
    async with other.connect() as holder:
        await holder.execute(text("SELECT pg_advisory_lock(42)"))
        await connection.execute(text(sql))
        answer = await failure(connection, "SELECT pg_advisory_lock(42)")
    await other.dispose()

    assert answer is not None
    assert answer.status == 503
    assert answer.headers["Retry-After"]


async def test_a_connection_ended_by_the_server_is_a_503(
    connection: AsyncConnection, engine: AsyncEngine
) -> None:
    pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    other = create_engine(engine.url, pool_size=1)
    async with other.connect() as administrator:
        await administrator.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await other.dispose()

    answer = await failure(connection, "SELECT 1")

    assert answer is not None
    assert answer.status == 503


async def test_a_pool_without_a_free_connection_is_a_503(
    connection: AsyncConnection, engine: AsyncEngine
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        async with engine.connect():
            pass

    answer = database_answer(caught.value)
    assert answer is not None
    assert answer.status == 503


@pytest.mark.parametrize(
    "address", ["127.0.0.1:{port}/x", "/x?host=/nonexistent", "nowhere.invalid/x"]
)
async def test_a_server_that_is_not_there_is_a_503(closed_port: int, address: str) -> None:
    url = make_url("postgresql+asyncpg://someone@" + address.format(port=closed_port))
    engine = create_engine(url, pool_size=1)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        async with engine.connect():
            pass

    answer = database_answer(caught.value)
    assert answer is not None
    assert answer.status == 503


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (asyncpg.SerializationError(), 503),
        (asyncpg.DeadlockDetectedError(), 503),
        (asyncpg.TooManyConnectionsError(), 503),
        (asyncpg.AdminShutdownError(), 503),
        (asyncpg.CannotConnectNowError(), 503),
        (asyncpg.ConnectionDoesNotExistError(), 503),
        (asyncpg.InterfaceError("cannot perform operation: connection is closed"), 503),
        (asyncpg.ProgramLimitExceededError(), 422),
        (TimeoutError(), 503),
        (ConnectionResetError(), 503),
    ],
)
def test_errors_that_are_hard_to_provoke(error: Exception, status: int) -> None:
    answer = database_answer(error)

    assert answer is not None
    assert answer.status == status


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        asyncpg.UndefinedColumnError(),
        asyncpg.InterfaceError("the number of query arguments cannot exceed 32767"),
    ],
)
def test_our_own_mistakes_are_none_of_these(error: Exception) -> None:
    assert database_answer(error) is None

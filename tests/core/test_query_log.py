"""Slow statements are told of, their values never."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.core.query_log import log_queries

SECRET = "horse"
SLOW = "SELECT pg_sleep(0.1),\n   CAST(:v AS text)"


async def run(engine: AsyncEngine, *statements: str) -> list[EventDict]:
    with capture_logs() as logs:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement), {"v": SECRET})
    assert SECRET not in repr(logs)
    return logs


async def test_only_slow_statements_are_logged(engine: AsyncEngine) -> None:
    log_queries(engine, slow_ms=50, debug=False)

    (entry,) = await run(engine, "SELECT CAST(:v AS text)", SLOW)

    assert (entry["event"], entry["log_level"]) == ("slow_query", "warning")
    assert entry["sql"] == "SELECT pg_sleep(0.1), CAST($1 AS text)"
    assert 100 <= entry["ms"] < 2000


async def test_debugging_shows_every_statement(engine: AsyncEngine) -> None:
    log_queries(engine, slow_ms=50, debug=True)

    logs = await run(engine, "SELECT CAST(:v AS text)", SLOW)

    assert [log["event"] for log in logs] == ["query", "slow_query"]


async def test_a_statement_that_fails_after_a_while_is_slow_too(engine: AsyncEngine) -> None:
    log_queries(engine, slow_ms=50, debug=False)
    with capture_logs() as logs:
        async with engine.connect() as connection:
            await connection.execute(text("SET statement_timeout = 80"))
            with pytest.raises(DBAPIError):
                await connection.execute(text("SELECT pg_sleep(5)"))

    assert [log["event"] for log in logs] == ["slow_query"]

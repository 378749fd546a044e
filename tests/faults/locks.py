"""Keeping a request waiting, by a lock that somebody else holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import Interaction

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ims_app' AND wait_event_type = 'Lock'"
)
_OPEN = text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'ims_app' AND state <> 'idle'")


@asynccontextmanager
async def locked(engine: AsyncEngine, row: Interaction) -> AsyncIterator[None]:
    """Hold an interaction, so that whoever wants to change it waits."""
    async with engine.connect() as connection:
        await connection.execute(
            text("SELECT 1 FROM app.interactions WHERE id = :id FOR UPDATE"), {"id": row.id}
        )
        yield
        with suppress(DBAPIError):  # the server may have been stopped meanwhile
            await connection.rollback()


async def until_waiting(engine: AsyncEngine, number: int) -> None:
    """Wait until so many transactions of the application wait for a lock."""
    await _until(engine, _WAITING, number)


async def until_none_open(engine: AsyncEngine) -> None:
    """Wait until the application has no transaction open, for two seconds at most."""
    await _until(engine, _OPEN, 0)


async def _until(engine: AsyncEngine, question: TextClause, number: int) -> None:
    async with engine.connect() as connection, asyncio.timeout(2):
        is_so = False
        while not is_so:
            is_so = await connection.scalar(question) == number
            await connection.rollback()
            await asyncio.sleep(0.02)

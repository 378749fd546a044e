"""A table without its indexes and foreign keys while it is filled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from bench.progress import step

INDEXES = """
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = $1::regclass AND NOT i.indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""
FOREIGN_KEYS = """
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'f'
"""


class Part(NamedTuple):
    """Something of a table that can be made again from its text."""

    name: str
    definition: str


@asynccontextmanager
async def bare_table(connection: asyncpg.Connection, table: str) -> AsyncIterator[None]:
    """Take the indexes and foreign keys away, and put them back in the end.

    One by one they cost most of a load; all at once at the end, a small part of that.
    """
    indexes = [Part(*row) for row in await connection.fetch(INDEXES, table)]
    keys = [Part(*row) for row in await connection.fetch(FOREIGN_KEYS, table)]
    for key in keys:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key.name}")
    for index in indexes:
        await connection.execute(f"DROP INDEX app.{index.name}")
    yield
    for index in indexes:
        with step(f"index {index.name}"):
            await connection.execute(index.definition)
    with step("foreign keys"):
        for key in keys:
            await connection.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {key.name} {key.definition}"
            )

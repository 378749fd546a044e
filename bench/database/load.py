"""Filling a database: by COPY, as the role that loads are for."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count

import asyncpg

from app.local.postgres import LocalPostgres
from app.schema.roles import MIGRATOR
from bench.data.row import COLUMNS
from bench.data.source import Source, chunks_of, copied_chunk
from bench.database.bare_table import bare_table
from bench.database.counters import count_what_is_there
from bench.database.people import write_people
from bench.database.servers import connect
from bench.progress import step

AHEAD = 2
"""Chunks made in advance for each connection."""


async def load(postgres: LocalPostgres, database: str, source: Source) -> None:
    """Fill a migrated, empty database."""
    connection = await connect(postgres, database)
    try:
        await write_people(connection, source.sites)
        async with bare_table(connection, "app.interactions"):
            with step(f"{source.rows:,} rows"):
                await _copy_rows(postgres, database, source)
        with step("counts"):
            await count_what_is_there(connection)
        with step("VACUUM ANALYZE"):
            await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


async def _copy_rows(postgres: LocalPostgres, database: str, source: Source) -> None:
    workers = cpu_count() or 1
    # Not forked: a fork takes along the loop and the sockets of this process.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        async with asyncio.TaskGroup() as group:
            for first in range(workers):
                numbers = chunks_of(source)[first::workers]
                group.create_task(_copy_chunks(postgres, database, source, numbers, pool))


async def _copy_chunks(
    postgres: LocalPostgres, database: str, source: Source, numbers: range, pool: Executor
) -> None:
    connection: asyncpg.Connection = await connect(postgres, database, MIGRATOR)
    try:
        await connection.copy_to_table(
            "interactions",
            schema_name="app",
            columns=COLUMNS,
            source=_copied(source, numbers, pool),
        )
    finally:
        await connection.close()


async def _copied(source: Source, numbers: range, pool: Executor) -> AsyncIterator[bytes]:
    """The chunks, a few of them always in the making."""
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[bytes]] = []
    for number in numbers:
        waiting.append(loop.run_in_executor(pool, copied_chunk, source, number))
        if len(waiting) > AHEAD:
            yield await waiting.pop(0)
    for made in waiting:
        yield await made

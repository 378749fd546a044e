"""The benchmark's own PostgreSQL and Valkey, whose data stays from one run to the next."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg

from app.local.places import choose_places
from app.local.postgres import SUPERUSER, LocalPostgres
from app.local.state import held_lock, prepare_state_dir
from app.local.valkey import LocalValkey

GIGABYTE = 1 << 30


class Servers(NamedTuple):
    """Both servers, started, and the folder for what else a run writes."""

    postgres: LocalPostgres
    valkey: LocalValkey
    folder: Path


@contextmanager
def started_servers(folder: Path, *, durable: bool) -> Iterator[Servers]:
    """Start both and stop them in the end; the data stays.

    Args:
        folder: Where they keep it.
        durable: As in production; a load that can be begun again goes without.
    """
    folder = prepare_state_dir(folder)
    with held_lock(folder):
        places = choose_places(folder)
        postgres = LocalPostgres(places.data, places.sockets, durable=durable)
        valkey = LocalValkey(places.sockets)
        try:
            postgres.start()
            if asyncio.run(_tune(postgres)):
                postgres.stop()
                postgres.start()
            valkey.start()
            yield Servers(postgres, valkey, folder)
        finally:
            valkey.stop()
            _stop_in_order(postgres)


def _stop_in_order(postgres: LocalPostgres) -> None:
    """Write everything out first: the stop itself waits for that a few seconds only."""
    if postgres.process and postgres.process.poll() is None:
        asyncio.run(execute(postgres, "postgres", "CHECKPOINT"))
    postgres.stop()


async def execute(postgres: LocalPostgres, database: str, *statements: str) -> None:
    """Run statements as the superuser, each in a transaction of its own."""
    connection = await connect(postgres, database)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def connect(
    postgres: LocalPostgres, database: str, user: str = SUPERUSER
) -> asyncpg.Connection:
    """Open a connection without a time limit for its statements."""
    return await asyncpg.connect(host=str(postgres.socket_dir), user=user, database=database)


def memory_settings() -> dict[str, str]:
    """What a database of this machine's size would be given; all else stays as it comes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = min(memory // 4 // GIGABYTE, 4)
    return {
        "shared_buffers": f"{buffers}GB" if buffers else "256MB",
        "maintenance_work_mem": "512MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "15min",
    }


async def _tune(postgres: LocalPostgres) -> bool:
    """Set what is not set yet, and tell whether anything was."""
    connection = await connect(postgres, "postgres")
    try:
        wrong = {
            name: value
            for name, value in memory_settings().items()
            if await connection.fetchval("SELECT current_setting($1)", name) != value
        }
        for name, value in wrong.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    finally:
        await connection.close()
    return bool(wrong)

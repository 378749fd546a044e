"""Which databases the supervisor's processes use: the embedded ones, or those that were named."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import asyncpg

from app.core.config import Settings, database_login
from app.local.banner import say
from app.local.errors import LocalServerError
from app.local.places import Places, remove_sockets
from app.local.postgres import SUPERUSER, LocalPostgres
from app.local.process import Watched
from app.local.state import app_role_password
from app.local.valkey import LocalValkey

APP_ROLE = "ims_app"
DATABASE = "ims"


class Addresses(NamedTuple):
    """What the application connects to, and the processes behind it that are ours."""

    database_url: str
    migration_database_url: str | None
    redis_url: str
    processes: tuple[Watched, ...]


def open_databases(
    settings: Settings, places: Places, *, state_dir: Path, stack: ExitStack
) -> Addresses:
    """Start what is not named by a setting; the stack stops it again."""
    processes: list[Watched] = []
    stack.callback(remove_sockets, places)
    if settings.database_url:
        database_url, migration_url = named_database(settings, state_dir)
    else:
        if settings.migration_database_url:
            raise LocalServerError("MIGRATION_DATABASE_URL is set, but DATABASE_URL is not")
        postgres = LocalPostgres(places.data, places.sockets, durable=True)
        processes.append(_start_postgres(postgres, stack))
        database_url, migration_url = postgres.url(DATABASE, APP_ROLE), postgres.url(DATABASE)
    if settings.redis_url:
        redis_url = settings.redis_url.get_secret_value()
    else:
        valkey = LocalValkey(places.sockets)
        processes.append(_start_valkey(valkey, stack))
        redis_url = valkey.url
    return Addresses(database_url, migration_url, redis_url, tuple(processes))


def named_database(settings: Settings, state_dir: Path) -> tuple[str, str | None]:
    """The application's and the migrations' address out of the settings.

    A privileged DATABASE_URL alone is for the migrations; the application then gets its own role.
    """
    if settings.database_url is None:
        raise LocalServerError("DATABASE_URL is not set")
    url = settings.database_url.get_secret_value()
    if settings.migration_database_url:
        return url, settings.migration_database_url.get_secret_value()
    if settings.is_production or database_login(url) == APP_ROLE:
        return url, None
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    login = f"{APP_ROLE}:{app_role_password(state_dir)}"
    return parts._replace(netloc=f"{login}@{server}").geturl(), url


def _start_postgres(postgres: LocalPostgres, stack: ExitStack) -> Watched:
    is_first = not postgres.data_dir.exists()
    say(f"Starting PostgreSQL{' (the first time: creating its data)' if is_first else ''} ...")
    stack.callback(postgres.stop)
    process = postgres.start()
    asyncio.run(_create_database(postgres.socket_dir))
    return Watched("PostgreSQL", process, postgres.log)


def _start_valkey(valkey: LocalValkey, stack: ExitStack) -> Watched:
    say("Starting Valkey ...")
    stack.callback(valkey.stop)
    return Watched("Valkey", valkey.start(), valkey.log)


async def _create_database(socket_dir: Path) -> None:
    """Create our database unless it is there."""
    connection = await asyncpg.connect(host=str(socket_dir), user=SUPERUSER, database="postgres")
    try:
        found = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if not found:
            await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close()

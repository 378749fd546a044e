"""The reference's connections, and the transaction that both walls ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

SCOPES = """
    SELECT u.id, u.username,
        CASE WHEN u.is_system_admin
            THEN ARRAY(SELECT id FROM app.sites ORDER BY id)
            ELSE ARRAY(SELECT site_id FROM app.memberships m WHERE m.user_id = u.id ORDER BY 1)
        END AS site_ids
    FROM app.users u WHERE u.username = ANY ($1)
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who calls, which sites that is, and what a transaction for these begins with."""

    user_id: int
    site_ids: list[int]
    reading: str
    writing: str


async def read_scopes(connection: asyncpg.Connection, names: list[str]) -> dict[str, Scope]:
    """The scopes of some users, by user name: read once, where a service has to keep looking."""
    scopes = {}
    for row in await connection.fetch(SCOPES, names):
        setting = f"SET LOCAL app.site_ids = '{{{','.join(map(str, row['site_ids']))}}}'"
        scopes[row["username"]] = Scope(
            user_id=row["id"],
            site_ids=list(row["site_ids"]),
            reading=f"BEGIN READ ONLY; {setting}",
            writing=f"BEGIN; {setting}",
        )
    return scopes


async def open_pool(socket_dir: str, database: str, *, user: str, size: int) -> asyncpg.Pool:
    """A pool that sends nothing of its own: a transaction leaves nothing behind to be reset."""
    return await asyncpg.create_pool(
        host=socket_dir,
        database=database,
        user=user,
        min_size=size,
        max_size=size,
        reset=_nothing,
        server_settings={"TimeZone": "UTC"},
    )


async def _nothing(_connection: asyncpg.Connection) -> None:
    """Stand in for the statements that asyncpg would send at each release."""


@asynccontextmanager
async def transaction(pool: asyncpg.Pool, begin: str) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in three messages: the scope goes along with its begin."""
    async with pool.acquire() as connection:
        await connection.execute(begin)
        try:
            yield connection
        except BaseException:
            await connection.execute("ROLLBACK")
            raise
        await connection.execute("COMMIT")

"""A database in memory, as one is that has been in use for a while."""

import asyncpg

RELATIONS = """
    SELECT c.oid, pg_relation_size(c.oid) AS size FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'app' AND c.relkind IN ('r', 'i')
"""
MEMORY = "SELECT setting::bigint * 8192 FROM pg_settings WHERE name = 'shared_buffers'"


async def read_into_memory(connection: asyncpg.Connection) -> None:
    """Read all tables and indexes, unless they are more than fits.

    Otherwise the first to ask would wait for the disk, and those who ask for the same after it
    would not.
    """
    relations = await connection.fetch(RELATIONS)
    if sum(one["size"] for one in relations) > await connection.fetchval(MEMORY):
        return
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    for one in relations:
        await connection.execute(f"SELECT pg_prewarm({one['oid']})")

"""A database in memory, as one is that has been in use for a while."""

import asyncpg

RELATIONS = """
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'app' AND c.relkind IN ('r', 'i')
"""
FITS = f"""
    SELECT sum(pg_relation_size(c.oid)) <= pg_size_bytes(current_setting('shared_buffers'))
    {RELATIONS}
"""
READ = f"SELECT sum(pg_prewarm(c.oid)) {RELATIONS}"


async def read_into_memory(connection: asyncpg.Connection) -> None:
    """Read all tables and indexes, unless they are more than fits.

    Otherwise the first to ask would wait for the disk, and those who ask for the same after it
    would not.
    """
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    if await connection.fetchval(FITS):
        await connection.execute(READ)

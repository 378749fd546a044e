"""Taking back what a case has written, so that the next one finds what the last one found."""

import asyncpg

from bench.database.counters import count_what_is_there

CLEARED = ("interaction_changes", "interaction_deltas", "interaction_counts", "site_counters")


async def last_loaded_id(connection: asyncpg.Connection) -> int:
    """The last id before anything is written."""
    return int(await connection.fetchval("SELECT max(id) FROM app.interactions"))


async def restore(connection: asyncpg.Connection, last_id: int) -> None:
    """Remove new rows and all history (none is loaded), and count again."""
    await connection.execute("DELETE FROM app.interactions WHERE id > $1", last_id)
    await connection.execute(f"TRUNCATE {', '.join(f'app.{table}' for table in CLEARED)}")
    await count_what_is_there(connection)
    await connection.execute("VACUUM (ANALYZE) app.interactions")
    await connection.execute("VACUUM (ANALYZE) app.interaction_counts, app.site_counters")

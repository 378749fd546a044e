"""The numbers that the application keeps, after rows have come in behind its back."""

import asyncpg

STATEMENTS = (
    """
    INSERT INTO app.interaction_counts (site_id, type, month, interactions, minutes)
    SELECT site_id, type, date_trunc('month', start_datetime, 'UTC') AT TIME ZONE 'UTC',
        count(*), sum(floor(extract(epoch FROM end_datetime - start_datetime) / 60))
    FROM app.interactions
    WHERE deleted_at IS NULL
    GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO app.site_counters (site_id, writes, interactions)
    SELECT site_id, count(*), count(*) FILTER (WHERE deleted_at IS NULL)
    FROM app.interactions
    GROUP BY site_id
    """,
    """
    SELECT setval(pg_get_serial_sequence('app.interactions', 'id'), max(id)) FROM app.interactions
    """,
)


async def count_what_is_there(connection: asyncpg.Connection) -> None:
    """Fill the counts, as the revision that made them did."""
    for statement in STATEMENTS:
        await connection.execute(statement)

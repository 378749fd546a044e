"""The reference's reads: each statement names its sites, as the policies do again."""

FIELDS = (
    *("id", "site_id", "title", "type", "lead", "start_datetime", "end_datetime", "timezone"),
    *("location", "description", "notes", "external_id", "version"),
    *("created_by", "created_at", "updated_by", "updated_at"),
)
MINUTES = "(extract(epoch FROM {0}end_datetime - {0}start_datetime) / 60)::int AS duration_minutes"

COLUMNS = f"{', '.join(FIELDS)}, {MINUTES.format('')}"
COLUMNS_OF_I = f"{', '.join(f'i.{field}' for field in FIELDS)}, {MINUTES.format('i.')}"

GET = f"""
    SELECT {COLUMNS} FROM app.interactions
    WHERE site_id = ANY ($1::int[]) AND id = $2 AND deleted_at IS NULL
"""
GET_OF_ONE = f"""
    SELECT {COLUMNS} FROM app.interactions
    WHERE site_id = $1 AND id = $2 AND deleted_at IS NULL
"""

TOTAL = """
    (SELECT coalesce(sum(interactions), 0) FROM (
        SELECT interactions FROM app.site_counters WHERE site_id = ANY ($1::int[])
        UNION ALL
        SELECT interactions FROM app.interaction_deltas WHERE site_id = ANY ($1::int[])
    ) AS numbers)::bigint AS total
"""
TOTAL_OF_MONTH = """
    (SELECT coalesce(sum(interactions), 0) FROM (
        SELECT interactions FROM app.interaction_counts
        WHERE site_id = ANY ($1::int[]) AND type = $4 AND month = $5::timestamptz::date
        UNION ALL
        SELECT interactions FROM app.interaction_deltas
        WHERE site_id = ANY ($1::int[]) AND type = $4 AND month = $5::timestamptz::date
    ) AS numbers)::bigint AS total
"""

OF_MONTH = " AND type = $4 AND start_datetime >= $5::timestamptz AND start_datetime < $6"
AFTER = " AND (start_datetime, id) < ($4, $5)"
NEWEST_FIRST = "ORDER BY start_datetime DESC, id DESC"
FEW = 8
"""Up to as many sites are read one by one and merged; of more, the walk over all is cheaper."""


def page(sites: int, condition: str = "", total: str = TOTAL) -> str:
    """A page of so many sites: its keys out of an index, then the rows.

    Parameters: the sites, rows a page, rows before it, then those of the condition.
    """
    of_site = f"""
        SELECT site_id, id, start_datetime FROM app.interactions
        WHERE site_id = %s AND deleted_at IS NULL{condition} {NEWEST_FIRST}
    """
    if sites == 1:
        keys = f"{of_site % '($1::int[])[1]'} LIMIT $2::bigint OFFSET $3::bigint"
    elif sites <= FEW:
        keys = f"""
            SELECT k.* FROM unnest($1::int[]) AS s (site)
            CROSS JOIN LATERAL ({of_site % "s.site"} LIMIT $2::bigint + $3::bigint) AS k
            {NEWEST_FIRST} LIMIT $2::bigint OFFSET $3::bigint
        """
    else:
        keys = f"{of_site % 'ANY ($1::int[])'} LIMIT $2::bigint OFFSET $3::bigint"
    return f"""
        WITH page AS MATERIALIZED ({keys})
        SELECT {COLUMNS_OF_I}, {total}
        FROM page JOIN app.interactions i USING (site_id, id)
        ORDER BY page.start_datetime DESC, page.id DESC
    """

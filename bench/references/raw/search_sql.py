"""The reference's search: the newest rows first, and the index when those hold too few hits."""

from bench.references.raw.sql import COLUMNS_OF_I, FEW, NEWEST_FIRST

WALKED = 2_000
COUNTED = 10_001
MANY = 100
"""From as many sites on, the index is asked for the words alone."""


def matches(words: int, first: int) -> str:
    """The condition on a document; its patterns are the parameters from the first number on."""
    return " AND ".join(f"document LIKE ${number}" for number in range(first, first + words))


def walk(sites: int, words: int) -> str:
    """The first page among the newest rows of the sites. Parameters: sites, rows, patterns."""
    newest = f"""
        SELECT site_id, id, start_datetime FROM app.interactions
        WHERE site_id = %s AND deleted_at IS NULL {NEWEST_FIRST} LIMIT {WALKED}
    """
    if sites == 1:
        keys = newest % "($1::int[])[1]"
    elif sites <= FEW:
        keys = f"""
            SELECT k.* FROM unnest($1::int[]) AS s (site)
            CROSS JOIN LATERAL ({newest % "s.site"}) AS k {NEWEST_FIRST} LIMIT {WALKED}
        """
    else:
        keys = newest % "ANY ($1::int[])"
    return f"""
        WITH newest AS MATERIALIZED ({keys})
        SELECT n.site_id, n.id
        FROM newest n JOIN app.interactions i ON i.site_id = n.site_id AND i.id = n.id
        WHERE {matches(words, 3)}
        ORDER BY n.start_datetime DESC, n.id DESC LIMIT $2
    """


def _view(sites: int) -> str:
    return "documents_of_few_sites" if sites < MANY else "documents_of_many_sites"


def indexed(sites: int, words: int) -> str:
    """The first page among all rows, and how many there are. Parameters: rows, patterns."""
    return f"""
        SELECT site_id, id, count(*) OVER () AS total FROM app.{_view(sites)}
        WHERE {matches(words, 2)} {NEWEST_FIRST} LIMIT $1
    """


def counted(sites: int, words: int) -> str:
    """How many there are, to a bound. Parameters: patterns."""
    return f"""
        SELECT count(*) FROM (
            SELECT FROM app.{_view(sites)} WHERE {matches(words, 1)} LIMIT {COUNTED}
        ) AS found
    """


ROWS = f"""
    SELECT {COLUMNS_OF_I}
    FROM unnest($1::int[], $2::bigint[]) AS found (site_id, id)
    JOIN app.interactions i ON i.site_id = found.site_id AND i.id = found.id
    ORDER BY i.start_datetime DESC, i.id DESC
"""

"""What the cases need to know of the loaded rows."""

from dataclasses import dataclass
from datetime import date

import asyncpg

from bench.cases.sample import read_sample
from bench.cases.words import pick_words
from bench.database.callers import Caller

DEEP = 100_000
"""How many rows in a cursor is to lead; in a smaller scope it is half of them."""

IDS = """
    SELECT id FROM (
        SELECT id FROM app.interactions WHERE site_id = ANY ($1) AND deleted_at IS NULL
        AND id % greatest($2 / 4000, 1) = 0
    ) AS sampled ORDER BY md5(id::text) LIMIT 2000
"""
MONTHS = """
    SELECT type, month FROM app.interaction_counts
    WHERE site_id = ANY ($1) GROUP BY type, month HAVING sum(interactions) >= 5
    ORDER BY md5(type || month::text) LIMIT 200
"""
POSITION = """
    SELECT start_datetime, id FROM app.interactions
    WHERE site_id = ANY ($1) AND deleted_at IS NULL
    ORDER BY start_datetime DESC, id DESC OFFSET $2 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one caller's scope.

    Attributes:
        site_ids: Its sites.
        rows: How many interactions they have.
        ids: Some of these.
        months: Types and months that have some rows.
        depth: How many rows stand before `position`.
        position: Start and id of the last of them.
        words: What to search for, by class.
    """

    site_ids: list[int]
    rows: int
    ids: list[int]
    months: list[tuple[str, date]]
    depth: int
    position: tuple[str, int]
    words: dict[str, list[str]]


async def read_facts(connection: asyncpg.Connection, caller: Caller) -> Facts:
    """Read them, as a role that sees everything."""
    site_ids = await _site_ids(connection, caller)
    sample = await read_sample(connection, site_ids)
    depth = min(DEEP, sample.rows // 2 // 100 * 100)
    last = await connection.fetchrow(POSITION, site_ids, max(depth - 1, 0))
    return Facts(
        site_ids=site_ids,
        rows=sample.rows,
        ids=[row["id"] for row in await connection.fetch(IDS, site_ids, sample.rows)],
        months=[tuple(row) for row in await connection.fetch(MONTHS, site_ids)],
        depth=depth,
        position=(last["start_datetime"].isoformat(), last["id"]),
        words=await pick_words(connection, sample),
    )


async def _site_ids(connection: asyncpg.Connection, caller: Caller) -> list[int]:
    if caller.places is None:
        rows = await connection.fetch("SELECT id AS site_id FROM app.sites ORDER BY id")
    else:
        rows = await connection.fetch(
            "SELECT site_id FROM app.memberships WHERE user_id = $1 ORDER BY 1", caller.user_id
        )
    return [row["site_id"] for row in rows]

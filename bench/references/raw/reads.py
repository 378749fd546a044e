"""The reference's lists: one statement each."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import asyncpg

from bench.references.raw import sql

Rows = Sequence[asyncpg.Record]


async def get_one(
    connection: asyncpg.Connection, site_ids: list[int], row_id: int
) -> asyncpg.Record:
    """One row; a missing one is an error, of which a benchmark has none."""
    if len(site_ids) == 1:
        return await connection.fetchrow(sql.GET_OF_ONE, site_ids[0], row_id)
    return await connection.fetchrow(sql.GET, site_ids, row_id)


async def list_rows(
    connection: asyncpg.Connection, site_ids: list[int], parameters: dict[str, str]
) -> tuple[Rows, int]:
    """A page by number, by cursor, or of one type and month; and its total."""
    size = int(parameters.get("page_size", 20))
    before = (int(parameters.get("page", 1)) - 1) * size
    kind, values = _asked(parameters)
    rows = await connection.fetch(_statement(len(site_ids), kind), site_ids, size, before, *values)
    return rows, rows[0]["total"] if rows else 0


@cache
def _statement(sites: int, kind: str) -> str:
    if kind == "month":
        return sql.page(sites, sql.OF_MONTH, sql.TOTAL_OF_MONTH)
    return sql.page(sites, sql.AFTER if kind == "cursor" else "")


def _asked(parameters: dict[str, str]) -> tuple[str, tuple[object, ...]]:
    """What kind of page it is, and the values that its statement takes."""
    if cursor := parameters.get("cursor"):
        start, _, row_id = cursor.rpartition(",")
        return "cursor", (datetime.fromisoformat(start), int(row_id))
    if "type" not in parameters:
        return "all", ()
    first = datetime.fromisoformat(f"{parameters['start_date']}T00:00:00+00:00")
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return "month", (parameters["type"], first, following)

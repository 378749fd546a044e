"""The reference's search: up to three statements."""

import re
from collections.abc import Sequence
from functools import cache

import asyncpg

from bench.references.raw import search_sql

WORD = re.compile(r'"([^"]+)"|(\S+)')
SPECIAL, ESCAPED = re.compile(r"([%_\\])"), r"\\\1"
PAGE_SIZE = 20
SHORTEST_IN_INDEX = 3
PLAN_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan"
"""How rare a word is decides how to look for it, so no plan is good for all of them."""

walk = cache(search_sql.walk)
indexed = cache(search_sql.indexed)
counted = cache(search_sql.counted)


def patterns_of(q: str) -> list[str]:
    """The words and phrases as patterns; those of a benchmark come folded."""
    words = [phrase or word for phrase, word in WORD.findall(q)]
    return [f"%{SPECIAL.sub(ESCAPED, word)}%" for word in words]


async def search(
    connection: asyncpg.Connection, site_ids: list[int], q: str
) -> tuple[Sequence[asyncpg.Record], int]:
    """The first page, and how many there are; past 10,000 it is 10,001."""
    patterns = patterns_of(q)
    sites, words = len(site_ids), len(patterns)
    keys = await connection.fetch(walk(sites, words), site_ids, PAGE_SIZE, *patterns)
    if min(map(len, patterns)) < SHORTEST_IN_INDEX + 2:
        total = len(keys)  # of a word that no index can find, only the newest
    elif len(keys) < PAGE_SIZE:
        keys = await connection.fetch(indexed(sites, words), PAGE_SIZE, *patterns)
        total = keys[0]["total"] if keys else 0
    else:
        total = await connection.fetchval(counted(sites, words), *patterns)
    ids = [key["id"] for key in keys]
    rows = await connection.fetch(search_sql.ROWS, [key["site_id"] for key in keys], ids)
    return rows, total

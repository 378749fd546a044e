"""What a naive reader finds: every row is looked at, field by field.

Nothing of the service's way is in it: no document, no index of words, no view, and none of its
code but the function that folds a text.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self

import asyncpg

from bench.database.callers import Caller
from bench.verify.question import Part, Question
from bench.verify.texts import FIELDS

FOLDED = r"app.fold(regexp_replace(coalesce({field}, ''), '\s+', ' ', 'g')) AS {field}"
SETTINGS = "SET temp_buffers = '1GB'; SET plan_cache_mode = force_custom_plan"
TABLE = f"""
    CREATE TEMPORARY TABLE folded WITH (toast_tuple_target = 8160) AS
    SELECT id, site_id, type, start_datetime, deleted_at,
        {", ".join(FOLDED.format(field=field) for field in FIELDS)}
    FROM app.interactions
"""
PAGE = """
    WITH found AS MATERIALIZED (SELECT id, start_datetime FROM folded WHERE {conditions})
    SELECT (SELECT count(*) FROM found) AS total, ARRAY(
        SELECT id FROM found ORDER BY start_datetime DESC, id DESC LIMIT {limit} OFFSET {offset}
    ) AS ids
"""


class Page(NamedTuple):
    """The rows of a page, and how many there are on all of them."""

    ids: Sequence[int]
    total: int


class Naive:
    """Answers by looking at everything; the texts alone are folded beforehand, once."""

    def __init__(
        self, connection: asyncpg.Connection, sites: Mapping[Caller, Sequence[int]]
    ) -> None:
        self._connection = connection
        self._sites = sites

    @classmethod
    async def open(
        cls, connection: asyncpg.Connection, sites: Mapping[Caller, Sequence[int]]
    ) -> Self:
        """Fold all texts, on the connection of a role that sees everything."""
        await connection.execute(SETTINGS)
        await connection.execute(TABLE)
        return cls(connection, sites)

    async def answer(self, question: Question) -> Page:
        """The page that is asked for."""
        sql, values = statement_of(question, self._sites[question.caller])
        row = await self._connection.fetchrow(sql, *values)
        return Page(row["ids"], row["total"])


class Values(list[object]):
    """The parameters of a statement."""

    def add(self, value: object) -> str:
        """How a further value is named in its text."""
        self.append(value)
        return f"${len(self)}"


def statement_of(question: Question, site_ids: Sequence[int]) -> tuple[str, Values]:
    """The statement, and its values."""
    values = Values()
    conditions = ["deleted_at IS NULL", f"site_id = ANY ({values.add(site_ids)}::int[])"]
    if question.types:
        conditions.append(f"type = ANY ({values.add(question.types)}::text[])")
    if question.first:
        conditions.append(f"start_datetime >= {values.add(_midnight(question.first))}")
    if question.last:
        next_day = question.last + timedelta(days=1)
        conditions.append(f"start_datetime < {values.add(_midnight(next_day))}")
    conditions += [_contains(field, values.add(text)) for field, text in question.contained]
    conditions += [_condition(part, values) for part in question.parts]
    offset = (question.page - 1) * question.page_size
    sql = PAGE.format(
        conditions=" AND ".join(conditions),
        limit=values.add(question.page_size),
        offset=values.add(offset),
    )
    return sql, values


def _condition(part: Part, values: Values) -> str:
    word = values.add(part.text)
    anywhere = " OR ".join(_contains(field, word) for field in FIELDS)
    return f"NOT ({anywhere})" if part.is_excluded else f"({anywhere})"


def _contains(field: str, word: str) -> str:
    return f"strpos({field}, app.fold({word})) > 0"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)

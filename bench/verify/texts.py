"""Rows whose words are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

FIELDS = ("title", "lead", "location", "description", "notes")
"""What is searched."""

SAMPLED = 1_000

# What is in the trash is asked for as well: it must not be found.
ROWS = f"""
    SELECT type, (start_datetime AT TIME ZONE 'UTC')::date AS day, {", ".join(FIELDS)},
        {", ".join(f"app.fold({field}) AS folded_{field}" for field in FIELDS)}
    FROM app.interactions WHERE site_id = ANY ($1) ORDER BY md5(id::text) LIMIT {SAMPLED}
"""


@dataclass(frozen=True, slots=True)
class RowTexts:
    """What a row has to ask for.

    Attributes:
        type: Of the interaction.
        day: On which it starts, in UTC.
        written: The texts that it has, by field, as they were written.
        folded: The same without case and accents.
    """

    type: str
    day: date
    written: dict[str, str]
    folded: dict[str, str]


async def read_texts(connection: asyncpg.Connection, site_ids: Sequence[int]) -> list[RowTexts]:
    """Some rows of the sites, the same ones each time."""
    return [_texts_of(row) for row in await connection.fetch(ROWS, site_ids)]


def _texts_of(row: asyncpg.Record) -> RowTexts:
    fields = [field for field in FIELDS if row[field]]
    return RowTexts(
        type=row["type"],
        day=row["day"],
        written={field: row[field] for field in fields},
        folded={field: row[f"folded_{field}"] for field in fields},
    )

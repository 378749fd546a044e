"""A sample of the rows in a scope, as the search sees them."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import asyncpg

SAMPLED = 6_000
OLD, NEW = 0.08, 0.5
"""Which part of a sample counts as the oldest rows, and which as the newest."""

TOKEN = re.compile(r"[^\W_]{3,}")

DOCUMENTS = """
    SELECT document, lead FROM app.interactions
    WHERE site_id = ANY ($1) AND deleted_at IS NULL AND id % $2 = 0
    ORDER BY start_datetime
"""
ROWS = "SELECT sum(interactions)::bigint FROM app.site_counters WHERE site_id = ANY ($1)"


@dataclass(frozen=True)
class Sample:
    """Folded documents, the oldest first, and who led the interactions."""

    site_ids: list[int]
    rows: int
    documents: list[str]
    leads: list[str]

    @cached_property
    def tokens(self) -> Counter[str]:
        """In how many documents each word stands as a word."""
        return Counter(token for text in self.documents for token in set(TOKEN.findall(text)))

    @cached_property
    def pieces(self) -> Counter[str]:
        """In how many of the newest documents each run of three letters stands."""
        return Counter(
            piece
            for text in self.documents[-1_000:]
            for piece in {text[at : at + 3] for at in range(len(text) - 2)}
            if piece.isalpha()
        )

    def share(self, part: str) -> float:
        """In which part of the documents something stands, in whatever words."""
        return sum(part in text for text in self.documents) / max(len(self.documents), 1)

    @property
    def oldest(self) -> list[str]:
        """The first documents."""
        return self.documents[: int(len(self.documents) * OLD)]

    @property
    def newest(self) -> list[str]:
        """The last documents."""
        return self.documents[int(len(self.documents) * NEW) :]


async def read_sample(connection: asyncpg.Connection, site_ids: list[int]) -> Sample:
    """Read some thousand rows of the sites."""
    rows = await connection.fetchval(ROWS, site_ids) or 0
    found = await connection.fetch(DOCUMENTS, site_ids, max(rows // SAMPLED, 1))
    documents, leads = [row["document"] for row in found], [row["lead"] for row in found]
    return Sample(site_ids, rows, documents, leads)

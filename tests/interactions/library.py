"""Thousands of interactions in many scripts, and a naive reader who finds everything by looking.

The reader knows neither indexes nor documents: it folds the texts of each row by themselves, looks
at all rows one after the other, and sorts what it keeps.
"""

import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import Interaction, Site, User
from tests.factories import Make

TEXTS = ("title", "lead", "location", "description", "notes")
TYPES = ("CALL", "MEETING", "EMAIL")
ZONES = ("Europe/Paris", "Asia/Tokyo")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

SIZES = (600, 300, 200, 150, 150, 100, 100, 100, 50, 50, 50, 50)
"""Rows of each site; the last two sites are nobody's."""
HOURS = 2_400

_VOCABULARY = """
Café cafe CAFÉ Straße STRASSE Ærøskøbing Łódź naïve Ångström façade œuvre İstanbul ﬁnance São
Zürich Résumé resume plan Plan planning budget Budget call site-visit O'Brien e-mail kickoff
Встреча отчёт Αθήνα οδός 会議 東京タワー 東京 회의 ประชุม اجتماع פגישה 👍🏽 𠮷野家 № ½ x io 7 zürich7
100% 50_50 % _ %% __ \\ \\\\ C:\\dir a%b a_b ab $1 :q ' -- ; ( ) * ?
plan_b planxb 100%ig 100xig plan\\\\
"""
WORDS = tuple(_VOCABULARY.split())
BREAKS = ("\n", "\r\n", "\t", "  ", "\u00a0", "\u3000", "\u2028", " ")


@dataclass(frozen=True, slots=True)
class Row:
    """An interaction as it is stored, and as it is compared."""

    id: int
    site_id: int
    type: str
    timezone: str
    created_by: int
    start_datetime: datetime
    end_datetime: datetime
    created_at: datetime
    updated_at: datetime
    texts: Mapping[str, str]
    folded: Mapping[str, str]
    ranks: Mapping[str, int | None]

    def key(self, name: str) -> Any:
        """What it is sorted by; texts by their place among all of them."""
        return self.ranks[name] if name in self.ranks else getattr(self, name)


@dataclass(slots=True)
class Library:
    """All rows of some sites, the trash left out.

    Attributes:
        sites: The sites that there is a reader of.
        reader: Who may read them.
        rows: The rows of all sites, by id, those of nobody's as well.
        folds: What texts are compared as.
    """

    engine: AsyncEngine
    sites: Sequence[Site]
    reader: User
    rows: list[Row] = field(default_factory=list)
    folds: dict[str, str] = field(default_factory=dict)

    async def fold(self, texts: Iterable[str]) -> None:
        """Learn what texts are compared as, which the database alone says."""
        if unknown := [one for one in dict.fromkeys(texts) if one not in self.folds]:
            async with self.engine.connect() as connection:
                rows = await connection.execute(_FOLD, {"texts": unknown})
                self.folds |= {row.one: row.folded for row in rows}


async def make_library(make: Make, admin_engine: AsyncEngine) -> Library:
    """Fill some sites; the numbers that are kept of them are half folded and half pending."""
    sites = [await make.site() for _ in SIZES]
    reader, other = await make.user(), await make.user()
    contents = list(_contents(sites, (reader, other)))
    async with admin_engine.begin() as connection:
        await connection.execute(insert(Interaction), contents)
        for statement in _NUMBERS:
            await connection.execute(statement, {"sites": [site.id for site in sites]})
    library = Library(admin_engine, sites[:-2], reader)
    await _read(library, [site.id for site in sites])
    return library


def _contents(sites: Sequence[Site], people: Sequence[User]) -> Iterable[dict[str, object]]:
    chance = random.Random(20261124)  # noqa: S311 - the same rows every time
    for site, size in zip(sites, SIZES, strict=True):
        for number in range(size):
            start = BEGINNING + timedelta(hours=chance.randrange(HOURS))
            creator = chance.choice(people)
            yield {
                "site_id": site.id,
                "title": _line(chance, 4, 100).ljust(5, "."),
                "type": chance.choice(TYPES),
                "lead": chance.choice(("Ann", "ann", "Änn", "Bob", _line(chance, 2, 100))),
                "location": chance.choice((None, "", "Hall", "hall", _line(chance, 3, 200))),
                "description": _text(chance, 12),
                "notes": chance.choice((None, None, _text(chance, 6))),
                "start_datetime": start,
                "end_datetime": start + timedelta(minutes=chance.choice((30, 90, 60 * 50))),
                "timezone": chance.choice(ZONES),
                "created_by": creator.id,
                "updated_by": creator.id,
                "created_at": BEGINNING + timedelta(minutes=chance.randrange(40)),
                "updated_at": BEGINNING + timedelta(days=chance.randrange(90)),
                "deleted_at": BEGINNING if number % 31 == 7 else None,
            }


def _line(chance: random.Random, most: int, length: int) -> str:
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))
    return unicodedata.normalize("NFC", words)[:length].strip()


def _text(chance: random.Random, most: int) -> str:
    parts = [chance.choice(WORDS)]
    for _ in range(chance.randint(0, most)):
        parts += (chance.choice(BREAKS), chance.choice(WORDS))
    return unicodedata.normalize("NFC", "".join(parts))


def on_one_line(part: str) -> str:
    """A text with each stretch of white space as one space."""
    return " ".join(part.split())


async def _read(library: Library, site_ids: Sequence[int]) -> None:
    async with library.engine.connect() as connection:
        stored = (await connection.execute(_ROWS, {"sites": list(site_ids)})).mappings().all()
    lines = {row["id"]: {name: on_one_line(row[name] or "") for name in TEXTS} for row in stored}
    await library.fold(line for texts in lines.values() for line in texts.values())
    ranks: dict[str, int | None] = {
        **await _ranks(library, {*library.folds.values(), *(kind.lower() for kind in TYPES)})
    }
    for row in stored:
        texts = lines[row["id"]]
        folded = {name: library.folds[line] for name, line in texts.items()}
        places = {name: ranks[folded[name]] for name in ("title", "lead")}
        places |= {"location": ranks[folded["location"]] if folded["location"] else None}
        places |= {"type": ranks[row["type"].lower()]}
        copied = {name: row[name] for name in _COPIED}
        library.rows.append(Row(**copied, texts=texts, folded=folded, ranks=places))


async def _ranks(library: Library, texts: Iterable[str]) -> dict[str, int]:
    async with library.engine.connect() as connection:
        rows = await connection.execute(_RANKS, {"texts": list(texts)})
        return {row.one: row.place for row in rows}


_COPIED = (
    "id",
    "site_id",
    "type",
    "timezone",
    "created_by",
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
)
_ROWS = text(
    "SELECT * FROM app.interactions WHERE site_id = ANY(:sites) AND deleted_at IS NULL ORDER BY id"
)
_FOLD = text("SELECT one, app.fold(one) AS folded FROM unnest(CAST(:texts AS text[])) one")
_RANKS = text(
    "SELECT one, dense_rank() OVER (ORDER BY one) AS place FROM unnest(CAST(:texts AS text[])) one"
)

# What is kept of the rows, written here once more: of every second one as if it had been folded.
_LIVE = (
    "SELECT id, site_id, type,"
    " CAST(date_trunc('month', start_datetime, 'UTC') AT TIME ZONE 'UTC' AS date) AS month,"
    " CAST(extract(epoch FROM end_datetime - start_datetime) / 60 AS bigint) AS minutes"
    " FROM app.interactions WHERE site_id = ANY(:sites) AND deleted_at IS NULL"
)
_NUMBERS = (
    text(
        f"WITH live AS ({_LIVE}) INSERT INTO app.interaction_counts"  # noqa: S608 - ours
        " (site_id, type, month, interactions, minutes)"
        " SELECT site_id, type, month, count(*), sum(minutes) FROM live WHERE id % 2 = 0"
        " GROUP BY 1, 2, 3"
    ),
    text(
        f"WITH live AS ({_LIVE}) INSERT INTO app.site_counters (site_id, writes, interactions)"  # noqa: S608 - ours
        " SELECT site_id, count(*), count(*) FROM live WHERE id % 2 = 0 GROUP BY 1"
    ),
    text(
        f"WITH live AS ({_LIVE}) INSERT INTO app.interaction_deltas"  # noqa: S608 - ours
        " (site_id, type, month, interactions, minutes)"
        " SELECT site_id, type, month, 1, minutes FROM live WHERE id % 2 = 1"
    ),
    text("ANALYZE app.interactions"),
)

"""Questions to a library, drawn by chance, and how its naive reader answers them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.core.vocabulary import InteractionType
from app.interactions.filters import InteractionFilters
from app.interactions.sorting import SortTerm
from tests.interactions.library import TEXTS, TYPES, WORDS, ZONES, Library, Row

SORTED = (
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
    "title",
    "type",
    "lead",
    "location",
    "site_id",
)
NEWEST_FIRST = (SortTerm("start_datetime", descending=True),)


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of a search."""

    text: str
    is_excluded: bool = False
    is_phrase: bool = False

    def __str__(self) -> str:
        written = f'"{self.text}"' if self.is_phrase else self.text
        return f"-{written}" if self.is_excluded else written


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, in the terms of whoever asks it."""

    parts: tuple[Part, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[SortTerm, ...] = NEWEST_FIRST
    sites: tuple[int, ...] = (0,)
    page_size: int = 20
    page: int = 1

    @property
    def q(self) -> str | None:
        """The words as they are written."""
        return " ".join(map(str, self.parts)) or None

    @property
    def sort(self) -> str:
        """The order as it is written."""
        return ",".join(f"{'-' if term.descending else ''}{term.field}" for term in self.order)

    def as_filters(self) -> InteractionFilters:
        """The same as the application reads it."""
        given = dict(self.filters)
        if "type" in given:
            given["type"] = [InteractionType(kind) for kind in given["type"]]
        return InteractionFilters(q=self.q, sort=self.sort, **given)

    def as_address(self, library: Library, **over: object) -> str:
        """The same as the parameters of an address."""
        asked = {"q": self.q or "", "sort": self.sort, "page_size": self.page_size, **over}
        asked |= {"site_id": [library.sites[number].id for number in self.sites]}
        return urlencode({**self.filters, **asked}, doseq=True)


def by_relevance(library: Library, asked: Asked, rows: Sequence[Row]) -> list[Row]:
    """Rows whose words stand in the most telling places first, and of those the newest."""
    words = [library.folds[part.text] for part in asked.parts if not part.is_excluded]

    def score(row: Row) -> int:
        return sum(
            8 * (word in row.folded["title"])
            + 4 * row.folded["title"].startswith(word)
            + 4 * (word in row.folded["lead"])
            + 2 * (word in row.folded["location"])
            for word in words
        )

    return sorted(in_order(rows, NEWEST_FIRST), key=score, reverse=True)


async def answer(library: Library, asked: Asked) -> list[Row]:
    """All rows that are asked for, in order."""
    texts = [part.text for part in asked.parts]
    texts += [value for name, value in asked.filters.items() if name in TEXTS]
    await library.fold(texts)
    sites = {library.sites[number].id for number in asked.sites}
    found = [row for row in library.rows if row.site_id in sites and _meets(library, row, asked)]
    return in_order(found, asked.order)


def in_order(rows: Sequence[Row], order: Sequence[SortTerm]) -> list[Row]:
    """Rows by one field after the other; what has no value comes last in either direction."""
    found = sorted(rows, key=lambda row: row.id, reverse=order[-1].descending)
    for term in reversed(order):
        known = [row for row in found if row.key(term.field) is not None]
        unknown = [row for row in found if row.key(term.field) is None]
        known.sort(key=lambda row, name=term.field: row.key(name), reverse=term.descending)  # type: ignore[misc]
        found = known + unknown
    return found


def _meets(library: Library, row: Row, asked: Asked) -> bool:
    for part in asked.parts:
        word = library.folds[part.text]
        if any(word in folded for folded in row.folded.values()) == part.is_excluded:
            return False
    zone = ZoneInfo(asked.filters.get("tz", "UTC"))
    return all(
        library.folds[value] in row.folded[name]
        if name in TEXTS
        else _HOLDS[name](row, value, zone)
        for name, value in asked.filters.items()
    )


def _day(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def _next_day(text: str, zone: ZoneInfo) -> datetime:
    return (datetime.fromisoformat(text) + timedelta(days=1)).replace(tzinfo=zone)


_HOLDS: Mapping[str, Callable[[Row, Any, ZoneInfo], bool]] = {
    "tz": lambda _row, _value, _zone: True,
    "type": lambda row, value, _zone: row.type in value,
    "timezone": lambda row, value, _zone: row.timezone == value,
    "created_by": lambda row, value, _zone: row.created_by == value,
    "start_date": lambda row, value, zone: row.start_datetime >= _day(value, zone),
    "end_date": lambda row, value, zone: row.start_datetime < _next_day(value, zone),
    "overlaps_from": lambda row, value, zone: row.end_datetime > _day(value, zone),
    "overlaps_to": lambda row, value, zone: row.start_datetime < _next_day(value, zone),
    "updated_since": lambda row, value, zone: row.updated_at >= _day(value, zone),
}

# Ends of months and other days, in and around the time that the rows are of.
_DAYS = ("2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-17")
_PERIODS = (("start_date", "end_date"), ("overlaps_from", "overlaps_to"))


@st.composite
def pieces(draw: st.DrawFn, library: Library, *, name: str | None = None) -> str:
    """A piece of some text that there is, or a word."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(WORDS))
    row = library.rows[draw(st.integers(0, len(library.rows) - 1))]
    text = row.texts[name or draw(st.sampled_from(TEXTS))]
    start = draw(st.integers(0, len(text)))
    found = " ".join(text[start : start + draw(st.integers(1, 12))].split())
    return found or draw(st.sampled_from(WORDS))


@st.composite
def _parts(draw: st.DrawFn, library: Library) -> tuple[Part, ...]:
    found: list[Part] = []
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 2, 3, 5)))):
        text = draw(pieces(library))
        is_phrase = draw(st.booleans()) or " " in text or text.startswith("-")
        part = Part(text, is_excluded=draw(st.integers(0, 4)) == 0, is_phrase=is_phrase)
        if sum(len(str(one)) + 1 for one in (*found, part)) <= 100:
            found.append(part)
    return tuple(found)


@st.composite
def _filters(draw: st.DrawFn, library: Library) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        return found
    if draw(st.booleans()):
        kinds = st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True)
        found["type"] = draw(kinds)
    for name in draw(st.lists(st.sampled_from(TEXTS), max_size=2, unique=True)):
        found[name] = draw(pieces(library, name=name))
    if draw(st.integers(0, 3)) == 0:
        found["timezone"] = draw(st.sampled_from(ZONES))
    if draw(st.integers(0, 3)) == 0:
        found["created_by"] = library.reader.id
    if draw(st.integers(0, 3)) == 0:
        found["updated_since"] = draw(st.sampled_from(_DAYS))
    for first, last in _PERIODS:
        days = sorted(draw(st.lists(st.sampled_from(_DAYS), max_size=2)))
        names = {1: (draw(st.sampled_from((first, last))),), 2: (first, last)}
        found |= dict(zip(names.get(len(days), ()), days, strict=True))
    if draw(st.integers(0, 3)) == 0:
        found["tz"] = draw(st.sampled_from(("Asia/Kolkata", "America/New_York")))
    return found


@st.composite
def orders(draw: st.DrawFn) -> tuple[SortTerm, ...]:
    """The usual order as often as any other."""
    if draw(st.booleans()):
        return (SortTerm("start_datetime", descending=draw(st.booleans())),)
    names = draw(st.lists(st.sampled_from(SORTED), min_size=1, max_size=3, unique=True))
    return tuple(SortTerm(name, descending=draw(st.booleans())) for name in names)


@st.composite
def questions(draw: st.DrawFn, library: Library) -> Asked:
    """Any question, at one site, at a few or at many."""
    least, most = draw(st.sampled_from(((1, 1), (2, 8), (9, len(library.sites)))))
    numbers = st.integers(0, len(library.sites) - 1)
    return Asked(
        parts=draw(_parts(library)),
        filters=draw(_filters(library)),
        order=draw(orders()),
        sites=tuple(sorted(draw(st.sets(numbers, min_size=least, max_size=most)))),
        page_size=draw(st.sampled_from((1, 2, 7, 20, 100))),
        page=draw(st.sampled_from((1, 1, 1, 2, 3, 40))),
    )

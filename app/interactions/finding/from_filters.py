"""From the parameters of a list to the tree of conditions that they stand for."""

import re
from collections.abc import Iterator
from datetime import datetime

from app.core.errors import BadRequest
from app.interactions.filters import InteractionFilters
from app.interactions.finding.tree import DOCUMENT, Every, Leaf, Node, Not
from app.interactions.words import parse_words

_CONTAINED = ("title", "lead", "location", "description", "notes")
_EQUAL = ("timezone", "external_id", "created_by")


def tree_of(filters: InteractionFilters) -> Every:
    """All that the filters ask for.

    Raises:
        BadRequest: A period ends before it starts.
    """
    return Every((*words_of(filters.q), *_fields(filters), *_periods(filters)))


def words_of(q: str | None) -> Iterator[Node]:
    """What each word and phrase of a query asks for."""
    for word in parse_words(q or ""):
        found = Leaf(DOCUMENT, "contains", word.text)
        yield Not(found) if word.is_excluded else found


def on_one_line(text: str) -> str:
    """A text with its white space as documents have it."""
    return re.sub(r"\s+", " ", text)


def _fields(filters: InteractionFilters) -> Iterator[Node]:
    kinds = sorted({kind.value for kind in filters.type or ()})
    if len(kinds) == 1:  # by equality the index of one type keeps its order
        yield Leaf("type", "eq", kinds[0])
    elif kinds:
        yield Leaf("type", "in", kinds)
    for name in _CONTAINED:
        if part := getattr(filters, name):
            yield Leaf(name, "contains", on_one_line(part))
    for name in _EQUAL:
        if (value := getattr(filters, name)) is not None:
            yield Leaf(name, "eq", value)


def _periods(filters: InteractionFilters) -> Iterator[Node]:
    start, end = _bounds(filters, "start_date", "end_date")
    overlap_start, overlap_end = _bounds(filters, "overlaps_from", "overlaps_to")
    asked = (
        ("start_datetime", "gte", start),
        ("start_datetime", "lte", end),
        ("end_datetime", "gt", overlap_start),
        ("start_datetime", "lte", overlap_end),
        ("updated_at", "gte", filters.first("updated_since")),
    )
    return (Leaf(field, op, moment) for field, op, moment in asked if moment is not None)


def _bounds(
    filters: InteractionFilters, first: str, last: str
) -> tuple[datetime | None, datetime | None]:
    """A period of the filters.

    Raises:
        BadRequest: It ends before it starts.
    """
    start, end = filters.first(first), filters.last(last)
    if start is not None and end is not None and end < start:
        raise BadRequest(
            "Some parameters are not valid", details={last: f"{last} is before {first}"}
        )
    return start, end

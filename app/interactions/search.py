"""From filters to the conditions of a statement."""

import operator
from datetime import datetime

from sqlalchemy import ColumnElement, String, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import BadRequest
from app.interactions.filters import InteractionFilters, SortTerm, parse_sort
from app.interactions.words import parse_words
from app.models import Interaction

SEARCHED = (
    Interaction.title,
    Interaction.description,
    Interaction.notes,
    Interaction.lead,
    Interaction.location,
)
_CONTAINED = ("title", "lead", "location", "description", "notes")
_TEXTS = frozenset({"title", "type", "lead", "location"})


def conditions(filters: InteractionFilters) -> list[ColumnElement[bool]]:
    """All that has to hold of a row."""
    return [
        Interaction.deleted_at.is_(None),
        *_words_contained(filters.q),
        *_fields_contain(filters),
        *_equal(filters),
        *_periods(filters),
    ]


def ordering(filters: InteractionFilters) -> list[ColumnElement[object]]:
    """The order; the id breaks ties, in the direction of the last field."""
    terms = parse_sort(filters.sort)
    last = SortTerm("id", descending=terms[-1].descending)
    return [_ordered(term) for term in (*terms, last)]


def _ordered(term: SortTerm) -> ColumnElement[object]:
    column = getattr(Interaction, term.field)
    key = func.app.fold(column) if term.field in _TEXTS else column
    ordered: ColumnElement[object] = key.desc() if term.descending else key.asc()
    return ordered.nulls_last() if term.field == "location" else ordered


def _contains(text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Whether a text has a part, ignoring case and accents; no character of it is special."""
    # A look for a position rather than LIKE: there is nothing to escape.
    return func.strpos(text, func.app.fold(literal(part, String))) > 0


def _words_contained(q: str | None) -> list[ColumnElement[bool]]:
    # A separator that no text can hold keeps a phrase from matching across two fields.
    document = func.app.fold(func.concat_ws("\x1f", *SEARCHED))
    return [
        ~found if word.is_excluded else found
        for word in parse_words(q or "")
        for found in (_contains(document, word.text),)
    ]


def _fields_contain(filters: InteractionFilters) -> list[ColumnElement[bool]]:
    return [
        _contains(func.app.fold(getattr(Interaction, name)), part)
        for name in _CONTAINED
        if (part := getattr(filters, name))
    ]


def _equal(filters: InteractionFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.type:
        found.append(Interaction.type.in_(sorted({kind.value for kind in filters.type})))
    names: dict[str, InstrumentedAttribute[object]] = {
        "timezone": Interaction.timezone,
        "external_id": Interaction.external_id,
        "created_by": Interaction.created_by,
    }
    for name, column in names.items():
        if (value := getattr(filters, name)) is not None:
            found.append(column == value)
    return found


def _periods(filters: InteractionFilters) -> list[ColumnElement[bool]]:
    start, end = _bounds(filters, "start_date", "end_date")
    overlap_start, overlap_end = _bounds(filters, "overlaps_from", "overlaps_to")
    asked = (
        (Interaction.start_datetime, operator.ge, start),
        (Interaction.start_datetime, operator.le, end),
        (Interaction.end_datetime, operator.gt, overlap_start),
        (Interaction.start_datetime, operator.le, overlap_end),
        (Interaction.updated_at, operator.ge, filters.first("updated_since")),
    )
    return [compare(column, moment) for column, compare, moment in asked if moment is not None]


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

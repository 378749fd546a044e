"""Orders: by which a page is sorted, and behind which row the next one goes on.

A place is the values of a row that it is sorted by, the id last. What has no value comes last,
whatever the direction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    String,
    and_,
    false,
    func,
    or_,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from app.interactions.finding.expressions import Bind, column_of
from app.interactions.sorting import DELETED_AT, RELEVANCE, SortTerm
from app.models import Interaction

NEWEST_FIRST = (SortTerm("start_datetime", descending=True),)
LAST_DELETED_FIRST = (SortTerm(DELETED_AT, descending=True),)

MOMENTS = frozenset({"start_datetime", "end_datetime", "created_at", "updated_at", DELETED_AT})

_NULLABLE = frozenset({"location"})
_TEXTS = frozenset({"title", "type", "lead", "location"})


def with_id(terms: Sequence[SortTerm]) -> tuple[SortTerm, ...]:
    """The whole order: the id breaks ties, in the direction of the last field."""
    return (*terms, SortTerm("id", descending=terms[-1].descending))


def keys(terms: Sequence[SortTerm]) -> list[ColumnElement[Any]]:
    """What a row is sorted by, the id included."""
    return [_key(term) for term in with_id(terms)]


def order_by(terms: Sequence[SortTerm]) -> list[ColumnElement[Any]]:
    """The order of a statement."""
    return [_ordered(term) for term in with_id(terms)]


def is_by_start(terms: Sequence[SortTerm]) -> bool:
    """Whether rows in use come in this order out of an index."""
    return [term.field for term in terms] == ["start_datetime"]


def is_by_deletion(terms: Sequence[SortTerm]) -> bool:
    """Whether rows in the trash come in this order out of an index."""
    return [term.field for term in terms] == [DELETED_AT]


def behind(
    terms: Sequence[SortTerm],
    nulls: Sequence[bool],
    bind: Bind,
    *,
    columns: Sequence[ColumnElement[Any]] | None = None,
) -> ColumnElement[bool]:
    """The rows that come behind a place.

    Args:
        terms: The order.
        nulls: Of each value of the place, whether there is none: part of the statement's text.
        bind: Makes parameters of the values, of which the id is the last.
        columns: The keys as columns; None: of the rows of the table.
    """
    ordered = with_id(terms)
    found = list(columns) if columns is not None else keys(terms)
    bound = [bind(None, _type_of(term.field)) for term in ordered]
    is_one_way = len({term.descending for term in ordered}) == 1
    if is_one_way and not any(term.field in _NULLABLE for term in ordered):
        # One comparison of rows, which an index of this order answers by itself.
        row, limit = tuple_(*found), tuple_(*bound)
        return row < limit if ordered[0].descending else row > limit
    alternatives = []
    for number, term in enumerate(ordered):
        equal = [
            found[before].is_(None) if nulls[before] else found[before] == bound[before]
            for before in range(number)
        ]
        beyond = _beyond(term, found[number], bound[number], is_null=nulls[number])
        alternatives.append(and_(*equal, beyond))
    return or_(*alternatives)


def _beyond(
    term: SortTerm, key: ColumnElement[Any], value: ColumnElement[Any], *, is_null: bool
) -> ColumnElement[bool]:
    if is_null:
        return false()
    found = key < value if term.descending else key > value
    return or_(found, key.is_(None)) if term.field in _NULLABLE else found


def _key(term: SortTerm) -> ColumnElement[Any]:
    if term.field == "type":
        return func.lower(Interaction.type)
    key = column_of(term.field)
    return func.nullif(key, "") if term.field in _NULLABLE else key


def _ordered(term: SortTerm) -> ColumnElement[Any]:
    ordered: ColumnElement[Any] = _key(term).desc() if term.descending else _key(term).asc()
    return ordered.nulls_last() if term.field in _NULLABLE else ordered


def _type_of(field: str) -> TypeEngine[Any]:
    if field in _TEXTS:
        return String()
    if field == "id":
        return BigInteger()
    return Integer() if field in ("site_id", RELEVANCE) else DateTime(timezone=True)


def order_by_keys(columns: Any, terms: Sequence[SortTerm]) -> list[ColumnElement[Any]]:
    """The order of rows whose keys are columns of their own."""
    ordered: list[ColumnElement[Any]] = []
    for number, term in enumerate(with_id(terms)):
        key: ColumnElement[Any] = columns[f"key{number}"]
        directed = key.desc() if term.descending else key.asc()
        ordered.append(directed.nulls_last() if term.field in _NULLABLE else directed)
    return ordered

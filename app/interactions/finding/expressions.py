"""From a tree of conditions to SQL. Values are never in its text: each is a parameter.

Text is compared without case and accents, by `document`: the folded texts of a row one after the
other, with a separator between them.
"""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Integer,
    String,
    and_,
    any_,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.types import TypeEngine

from app.interactions.finding.tree import DOCUMENT, Leaf, Node, Not, Some
from app.models import Interaction

Bind = Callable[[object, TypeEngine[Any]], ColumnElement[Any]]
"""Makes a parameter of a value."""

TEXTS = ("title", "lead", "location", "description", "notes")
"""The texts of a document, in their order."""

_SEPARATOR: ColumnElement[str] = literal_column("chr(31)", String)

_NUMBERS = frozenset({"site_id", "created_by"})
_MOMENTS = frozenset({"start_datetime", "end_datetime", "created_at", "updated_at"})

_ORDER = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}


def literal(value: object, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """A parameter that has its value at once."""
    return BindParameter(None, value, kind, unique=True)


def expression(node: Node, bind: Bind = literal) -> ColumnElement[bool]:
    """The condition that a tree stands for."""
    if isinstance(node, Leaf):
        return _leaf(node, bind)
    if isinstance(node, Not):
        return expression(node.part, bind).is_not(true())
    parts = [expression(part, bind) for part in node.parts]
    return or_(*parts) if isinstance(node, Some) else and_(true(), *parts)


def column_of(field: str) -> ColumnElement[Any]:
    """What a field is compared and sorted by."""
    if field == "duration_minutes":
        seconds = extract("epoch", Interaction.end_datetime - Interaction.start_datetime)
        return cast(func.floor(seconds / 60), BigInteger)
    column: ColumnElement[Any] = getattr(Interaction, field)
    if field in TEXTS:
        place = literal_column(str(TEXTS.index(field) + 1), Integer)
        return func.split_part(Interaction.document, _SEPARATOR, place, type_=String())
    return column


def _leaf(leaf: Leaf, bind: Bind) -> ColumnElement[bool]:
    if leaf.op == "is_null":
        column: ColumnElement[Any] = getattr(Interaction, leaf.field)
        return column.is_(None)
    if leaf.field in TEXTS or leaf.field == DOCUMENT:
        return _text(leaf, bind)
    kind = _type_of(leaf.field)
    if leaf.op == "in":
        return column_of(leaf.field) == any_(bind(leaf.value, ARRAY(kind)))
    value = bind(leaf.value, kind)
    found: ColumnElement[bool] = _ORDER.get(leaf.op, operator.eq)(column_of(leaf.field), value)
    return found


def _text(leaf: Leaf, bind: Bind) -> ColumnElement[bool]:
    text = column_of(leaf.field)
    # A query of its own is run once; a mere call would be made for every row.
    part = select(func.app.fold(bind(leaf.value, String()), type_=String())).scalar_subquery()
    if leaf.op == "contains":
        # A look for a position rather than LIKE: nothing to escape, and several times as fast.
        return func.strpos(text, part) > 0
    return func.starts_with(text, part) if leaf.op == "starts_with" else text == part


def _type_of(field: str) -> TypeEngine[Any]:
    if field == "duration_minutes":
        return BigInteger()
    if field in _NUMBERS:
        return Integer()
    return DateTime(timezone=True) if field in _MOMENTS else String()

"""From a query, whose dates may be relative, to the tree of conditions that it stands for now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.interactions.finding.expressions import TEXTS
from app.interactions.finding.from_filters import on_one_line, words_of
from app.interactions.finding.schemas import Condition, Query
from app.interactions.finding.tree import Every, Leaf, Node, Not, Some, both
from app.interactions.finding.values import MOMENTS, Moments


def tree_of_query(query: Query, *, now: datetime) -> Every:
    """All that a query asks for."""
    tree = Every()
    for _, node in named_parts(query, now=now):
        tree = both(tree, node)
    return tree


def named_parts(query: Query, *, now: datetime) -> list[tuple[str, Node]]:
    """All that a query asks for, each part under the name by which a body would call it."""
    parts: list[tuple[str, Node]] = [("q", Every(tuple(words_of(query.q))))] if query.q else []
    moments = Moments(now, query.tz)
    if query.where is not None and query.where.every:
        for number, part in enumerate(query.where.every):
            parts.append((f"where.and.{number}", _node(part, moments)))
    elif query.where is not None:
        parts.append(("where", _node(query.where, moments)))
    return parts


def _node(condition: Condition, moments: Moments) -> Node:
    if condition.every:
        return Every(tuple(_node(part, moments) for part in condition.every))
    if condition.some:
        return Some(tuple(_node(part, moments) for part in condition.some))
    if condition.negated:
        return Not(_node(condition.negated, moments))
    assert condition.field is not None and condition.op is not None  # noqa: S101, PT018 - checked
    return _leaf(condition.field, condition.op, condition.value, moments)


def _leaf(field: str, op: str, value: Any, moments: Moments) -> Node:
    if op in ("neq", "nin"):
        return Not(_leaf(field, {"neq": "eq", "nin": "in"}[op], value, moments))
    if op == "is_null":
        found = Leaf(field, op)
        return Not(found) if value is False else found
    if field in MOMENTS:
        return _moment(field, op, value, moments)
    if op == "between":
        return Every((Leaf(field, "gte", value[0]), Leaf(field, "lte", value[1])))
    if field in TEXTS and op == "in":
        return Some(tuple(Leaf(field, "eq", on_one_line(part)) for part in value))
    return Leaf(field, op, on_one_line(value) if field in TEXTS else value)


def _moment(field: str, op: str, value: Any, moments: Moments) -> Node:
    if op in ("between", "eq"):
        first, last = (
            moments.period(value)
            if op == "between"
            else (moments.first(value), moments.last(value))
        )
        return Every((Leaf(field, "gte", first), Leaf(field, "lte", last)))
    edge: Callable[[Any], datetime] = moments.first if op in ("lt", "gte") else moments.last
    return Leaf(field, op, edge(value))

"""What breaks clients between two schemas: of what they send, and of what they get.

A request may become more lenient and an answer may tell more; the other way round somebody's
program stops working. Schemas are compared by what they allow at each place, and places are named
as `interactions[].lead`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, TypeAlias

Json = dict[str, Any]
Pair: TypeAlias = tuple[Json, Json, str]
"""Two schemas, and the place where they stand."""

_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_FORMS = ("pattern", "format", "multipleOf", "uniqueItems", "propertyNames")


class Direction(Enum):
    """Who has to put up with a change: who reads the new schema, or who goes on sending the old."""

    REQUEST = auto()
    ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents, whose schemas are compared in one direction."""

    old: Json
    new: Json
    direction: Direction

    def changes(self, old: Json, new: Json, place: str) -> Iterator[str]:
        """The breaking changes at a place and beneath it, the nearest first."""
        waiting = deque([(old, new, place)])
        seen: set[tuple[int, int]] = set()
        while waiting:
            old, new, place = waiting.popleft()
            # A schema may lead back to itself; and what is said once need not be said again.
            if (id(old), id(new)) not in seen:
                seen.add((id(old), id(new)))
                yield from self._of_one(old, new, place, waiting)

    def _of_one(self, old: Json, new: Json, place: str, waiting: deque[Pair]) -> Iterator[str]:
        """What was taken has to be taken still; what is answered, to have been answered before."""
        is_request = self.direction is Direction.REQUEST
        before, after = _Kinds.of(old, self.old), _Kinds.of(new, self.new)
        given, known = (before, after) if is_request else (after, before)
        if strange := {kind for kind in given.by_type if not known.of_type(kind)}:
            yield f"{place}: {'no longer takes' if is_request else 'can now be'} {_listed(strange)}"
        for kind in sorted(given.by_type.keys() - strange):
            for one in given.by_type[kind]:
                other = min(known.of_type(kind), key=partial(_difference, one))
                pair = (one, other) if is_request else (other, one)
                yield from self._of_values(*pair, place)
                yield from self._of_fields(*pair, place)
                waiting.extend(_beneath(*pair, place))

    def _of_values(self, old: Json, new: Json, place: str) -> Iterator[str]:
        before, after = _values(old), _values(new)
        if self.direction is Direction.REQUEST:
            if after is not None and (lost := (before or {"anything else"}) - after):
                yield f"{place}: no longer takes {_listed(lost)}"
            yield from _stricter_limits(old, new, place)
        elif before is not None and (gained := (after or {"anything else"}) - before):
            yield f"{place}: can now be {_listed(gained)}"

    def _of_fields(self, old: Json, new: Json, place: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required = (set(old.get("required", ())), set(new.get("required", ())))
        for name in sorted(before.keys() - after.keys()):
            yield f"{_at(place, name)}: removed"
        if self.direction is Direction.REQUEST:
            for name in sorted(required[1] - required[0]):
                yield f"{_at(place, name)}: is required now"
            if old.get("additionalProperties", True) and new.get("additionalProperties") is False:
                yield f"{place}: no longer takes other fields"
        else:
            for name in sorted((required[0] - required[1]) & after.keys()):
                yield f"{_at(place, name)}: is not always there any more"


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What a schema allows, by type: alternatives side by side, references followed."""

    by_type: dict[str, list[Json]]

    @classmethod
    def of(cls, schema: Json, document: Json) -> "_Kinds":
        by_type: dict[str, list[Json]] = {}
        for one in _alternatives(schema, document):
            for kind in _types(one):
                by_type.setdefault(kind, []).append(one)
        return cls(by_type)

    def of_type(self, kind: str) -> list[Json]:
        """What it allows of a type; each integer is a number too."""
        found = self.by_type.get(kind, [])
        return found or (self.by_type.get("number", []) if kind == "integer" else [])


def _alternatives(schema: Json, document: Json) -> Iterator[Json]:
    rest = {key: value for key, value in schema.items() if key not in {"$ref", "anyOf", "oneOf"}}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        for one in _alternatives(document["components"]["schemas"][name], document):
            yield one | rest
        return
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not alternatives:
        yield schema
    for alternative in alternatives:
        for one in _alternatives(alternative, document):
            yield rest | one


def _types(schema: Json) -> frozenset[str]:
    given = schema.get("type", [])
    if given:
        return frozenset([given] if isinstance(given, str) else given)
    values = (
        schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else None
    )
    return _TYPES if values is None else frozenset(map(_type_of, values))


def _type_of(value: object) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _beneath(old: Json, new: Json, place: str) -> Iterator[Pair]:
    """The schemas of what is within, on both sides."""
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() & after.keys()):
        yield before[name], after[name], _at(place, name)
    for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
        schemas = old.get(keyword), new.get(keyword)
        if isinstance(schemas[0], dict) and isinstance(schemas[1], dict):
            yield schemas[0], schemas[1], f"{place}{mark}"


def _difference(one: Json, other: Json) -> int:
    if one == other:
        return -1
    names = [set(schema.get("properties", ())) for schema in (one, other)]
    return len(names[0] ^ names[1])


def _values(schema: Json) -> set[str] | None:
    """The only values that there can be, as they are written; None if any can be."""
    if "const" in schema:
        return {repr(schema["const"])}
    return {repr(value) for value in schema["enum"]} if "enum" in schema else None


def _stricter_limits(old: Json, new: Json, place: str) -> Iterator[str]:
    for keyword in (*_UPPER, *_LOWER):
        if keyword in new:
            before, after = old.get(keyword), new[keyword]
            is_upper = keyword in _UPPER
            if before is None or (after < before if is_upper else after > before):
                was = "not limited" if before is None else f"{before}"
                yield f"{place}: {keyword} is {after}, and was {was}"
    for keyword in _FORMS:
        if keyword in new and new[keyword] != old.get(keyword):
            yield f"{place}: {keyword} is {new[keyword]} now"


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _listed(words: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(words))

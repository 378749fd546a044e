"""What has to hold of an interaction, as a tree of conditions whose values are ready to compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

DOCUMENT = "document"
"""Stands for all texts of an interaction at once."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison.

    Attributes:
        field: A field of interactions, or `DOCUMENT`.
        op: `eq in lt lte gt gte contains starts_with` or `is_null`, which takes no value.
        value: What it is compared with: a text, number or moment; for `in`, a list of them.
    """

    field: str
    op: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Every:
    """All parts have to hold; of no parts, that is always so."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part has to hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold; what cannot be told of a missing value does not hold."""

    part: "Node"


Node: TypeAlias = Leaf | Every | Some | Not


def both(one: Node, other: Node) -> Every:
    """A tree in which both have to hold, without a level in between."""
    return Every((*parts_of(one), *parts_of(other)))


def parts_of(node: Node) -> tuple[Node, ...]:
    """What has to hold all at once."""
    return node.parts if isinstance(node, Every) else (node,)


def leaves(node: Node) -> Iterator[Leaf]:
    """All comparisons, from left to right."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        for part in node.parts:
            yield from leaves(part)


def skeleton(node: Node) -> Node:
    """The tree without its values: the same for all questions that differ in values alone."""
    if isinstance(node, Leaf):
        return Leaf(node.field, node.op)
    if isinstance(node, Not):
        return Not(skeleton(node.part))
    return type(node)(tuple(skeleton(part) for part in node.parts))


def values(node: Node) -> list[object]:
    """The values of all comparisons that have one, from left to right."""
    return [leaf.value for leaf in leaves(node) if leaf.op != "is_null"]

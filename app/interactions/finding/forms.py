"""The forms of a question: what the text of its statements depends on, and its plan."""

from dataclasses import dataclass
from enum import Enum

from app.interactions.finding.tree import Node
from app.interactions.sorting import SortTerm

FEW = 8
"""So many sites at most are looked at one by one."""


class Sites(Enum):
    """How the rows of the sites come in order.

    An index gives the order for one site; for a few, each one's first rows are merged; and for
    many, all sites' rows are walked through in order, leaving out those of others.
    """

    ONE = "one"
    FEW = "few"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Form:
    """What two questions have in common that differ in values alone.

    Attributes:
        where: The conditions without their values.
        order: What is sorted by, the id left out.
        sites: How the sites' rows come in order.
        nulls: Of each value of the place to go on behind, whether there is none; None: no place.
        prefix: What the parameters of the conditions are called, a number behind it.
    """

    where: Node
    order: tuple[SortTerm, ...]
    sites: Sites
    nulls: tuple[bool, ...] | None = None
    prefix: str = "value"


def sites_form(number: int) -> Sites:
    """How the rows of so many sites come in order."""
    if number == 1:
        return Sites.ONE
    return Sites.FEW if number <= FEW else Sites.MANY

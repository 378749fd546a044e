"""What is asked, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.statement import Statement
from app.interactions.finding.counting import Counting
from app.interactions.finding.forms import Form, sites_form
from app.interactions.finding.parameters import numbered
from app.interactions.finding.tree import Node, skeleton, values
from app.interactions.sorting import RELEVANCE, SortTerm


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows, in which order, and which of them to show.

    Attributes:
        where: The conditions.
        order: What is sorted by, the id left out.
        limit: How many rows to show.
        offset: How many come before them.
        place: Behind which place they come; None: from the first on.
        counting: How the total is found out.
        is_trash: Whether what is in the trash is meant, as far as it is the caller's.
    """

    where: Node
    order: tuple[SortTerm, ...]
    limit: int
    offset: int = 0
    place: tuple[object, ...] | None = None
    counting: Counting = Counting.CAPPED
    is_trash: bool = False

    def form(self, sites: int) -> Form:
        """What the text of its statements depends on, for so many sites."""
        nulls = None if self.place is None else tuple(value is None for value in self.place)
        return Form(skeleton(self.where), self.order, sites_form(sites), nulls)

    @property
    def is_by_relevance(self) -> bool:
        """Whether the rows that meet the words best come first."""
        return self.order[0].field == RELEVANCE

    @property
    def parameters(self) -> dict[str, object]:
        """The values of its statements. One row more than is shown tells whether there are more."""
        return {
            **numbered("value", values(self.where)),
            **numbered("place", list(self.place or ())),
            "limit": self.limit + 1,
            "offset": self.offset,
        }


@dataclass(frozen=True, slots=True)
class Count:
    """How the total can still be counted.

    Attributes:
        statement: What to ask.
        values: With which values.
        in_order: Whether rows are counted in order until there are enough.
    """

    statement: Statement
    values: Mapping[str, object]
    in_order: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page.

    Attributes:
        rows: What is shown.
        has_more: Whether more come behind them.
        generation: The generation of the sites at that moment.
        total: How many rows there are in all, as far as they were counted; None: not counted.
        is_exact: Whether that is all of them.
        count: How to count them, if that is still to be done.
    """

    rows: Sequence[Mapping[str, Any]]
    has_more: bool
    generation: int
    total: int | None = None
    is_exact: bool = False
    count: Count | None = None

"""What of a search an index in order tells, and what the index of words is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.interactions.finding import counts
from app.interactions.finding.asking import Asking
from app.interactions.finding.forms import Form
from app.interactions.finding.indexed import MANY, Lookup
from app.interactions.finding.needles import pattern
from app.interactions.finding.numbers import Counted, counted_by, kept_numbers
from app.interactions.finding.parameters import numbered
from app.interactions.finding.tree import (
    DOCUMENT,
    Every,
    Leaf,
    Node,
    leaves,
    parts_of,
    skeleton,
    values,
)

_INDEXED = frozenset({"type", "start_datetime"})


@dataclass(frozen=True, slots=True)
class Rest:
    """The conditions of a question that an index in order knows without reading any row.

    All others are left to be looked at with the words: to count what meets them would be to read
    all rows, for nothing where a word is rare.

    Attributes:
        asking: The question.
        where: Those conditions.
        form: The form of the question with them alone.
        lookup: What the index of words is asked.
        values: The values for both.
    """

    asking: Asking
    where: Every
    form: Form
    lookup: Lookup
    values: dict[str, object]

    @classmethod
    def of(cls, asking: Asking, needles: Sequence[str]) -> "Rest":
        """The rest of a question whose words have these folded texts that the index knows."""
        parts = parts_of(asking.question.where)
        where = Every(tuple(filter(_is_indexed, parts)))
        are_all = len(needles) == len(parts) and all(
            isinstance(part, Leaf) and part.field == DOCUMENT for part in parts
        )
        has_many_sites = len(asking.snapshot.scope.roles) >= MANY
        patterns: list[object] = [pattern(needle) for needle in needles]
        return cls(
            asking,
            where,
            replace(asking.form, where=skeleton(where), prefix="rest"),
            Lookup(len(needles), is_all=are_all, has_many_sites=has_many_sites),
            numbered("rest", values(where)) | numbered("pattern", patterns),
        )

    async def candidates(self, most: int) -> tuple[int, int]:
        """How many rows meet the rest, and the generation of the sites.

        The number is a kept one if there is one. Else rows are counted: up to a bound, behind
        which it is that of all rows.
        """
        kept = counted_by(self.where)
        counted, kept_values = kept or (Counted(), {})
        (row,) = await self.asking.fetch(kept_numbers(self.form.sites, counted), kept_values)
        if kept or row["total"] <= most:
            return row["total"], row["generation"]
        (few,) = await self.asking.fetch(counts.count(self.form), {**self.values, "most": most + 1})
        return (few["total"] if few["total"] <= most else row["total"]), row["generation"]


def _is_indexed(part: Node) -> bool:
    return all(leaf.field in _INDEXED for leaf in leaves(part))

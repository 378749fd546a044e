"""Whether an answer of the service is the naive one, and how many were."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.load.client import Answer
from bench.verify.naive import Page
from bench.verify.question import Question

CAP = 10_000
"""How far the service promises to count."""

TOO_BROAD, NO_TOTAL = "refused with query_too_broad", "no total"
"""What the service may answer where time runs out."""


@dataclass(slots=True)
class Tally:
    """What came of the questions so far.

    Attributes:
        compared: Pages that were laid beside the naive ones, different ones included.
        empty: Questions that nothing was found for.
        behind: Pages behind the last row of what was found.
        capped: Totals that were not counted to the end.
        uncounted: Pages without a total, of questions that were allowed to be too broad.
        refused: Questions that were allowed to be too broad, and were.
        differences: What was not the same, with the number of its question.
    """

    compared: int = 0
    empty: int = 0
    behind: int = 0
    capped: int = 0
    uncounted: int = 0
    refused: int = 0
    differences: list[tuple[int, str]] = field(default_factory=list)

    def add(self, number: int, question: Question, answer: Answer, naive: Page) -> str | None:
        """Count one, and say what is different about it."""
        difference = difference_of(answer, naive)
        is_allowed = question.may_be_too_broad and difference in (TOO_BROAD, NO_TOTAL)
        if is_allowed and difference == TOO_BROAD:
            self.refused += 1
            return None
        self.compared += 1
        self.empty += naive.total == 0
        self.behind += naive.total > 0 and not naive.ids
        self.capped += naive.total > CAP
        self.uncounted += is_allowed
        if difference is None or is_allowed:
            return None
        self.differences.append((number, difference))
        return difference

    def lines(self) -> Iterator[str]:
        """All of it in words."""
        yield f"{self.compared:,} answers were compared: {len(self.differences):,} were different"
        yield f"  {self.empty:,} found nothing"
        yield f"  {self.behind:,} asked for a page behind the last row"
        yield f"  {self.capped:,} found more than {CAP:,}"
        yield f"  {self.uncounted:,} came without a total, which had taken too long"
        yield f"  {self.refused:,} were {TOO_BROAD}"


def difference_of(answer: Answer, naive: Page) -> str | None:
    """What is not the same: no page at all, other rows, another order, or another total."""
    if answer.status != 200:
        return _refusal_of(answer)
    page: dict[str, Any] = orjson.loads(answer.body)
    ids = [row["id"] for row in page["interactions"]]
    if ids != list(naive.ids):
        return f"{_about(ids, naive.ids)}: {ids}, not {list(naive.ids)}"
    total, is_exact = page["total"], page["total_is_exact"]
    if total is None and not is_exact:
        return NO_TOTAL
    if (total != naive.total) if is_exact else (total != CAP or naive.total <= CAP):
        return f"a total of {total} ({'exact' if is_exact else 'not exact'}), not {naive.total}"
    return None


def _refusal_of(answer: Answer) -> str:
    try:
        return f"refused with {orjson.loads(answer.body)['error']['code']}"
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"refused with {answer.status} {answer.body[:200]!r}"


def _about(ids: Sequence[int], expected: Sequence[int]) -> str:
    return "another order" if sorted(ids) == sorted(expected) else "other rows"

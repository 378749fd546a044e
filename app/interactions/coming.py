"""The interactions nearest to the present: the next to begin, and the last that are over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request, Response

from app.core.direct_pool import Row
from app.interactions.answers import answer_of, as_json, include_names
from app.interactions.confidential import ConfidentialNotes
from app.interactions.finding.counting import Counting
from app.interactions.finding.find import find
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.question import Found, Question
from app.interactions.finding.tree import Every, Leaf, Node
from app.interactions.listing import SECONDS
from app.interactions.sorting import SortTerm
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot, snapshot

LONGEST = timedelta(days=366)
"""No interaction lasts longer; the database holds it."""

_NEXT_FIRST = (SortTerm("start_datetime", descending=False),)
_LAST_OVER_FIRST = (SortTerm("end_datetime", descending=True),)


@dataclass(frozen=True, slots=True)
class Present:
    """A moment, what a scope sees then, and how many rows are to be shown."""

    now: datetime
    seen: Snapshot
    limit: int

    async def find(self, where: Node, order: tuple[SortTerm, ...]) -> Found:
        """The first rows that meet the conditions."""
        question = Question(where, order, self.limit, counting=Counting.NONE)
        return await find(self.seen, question, seconds=SECONDS)


async def upcoming(present: Present) -> Sequence[Row]:
    """Those that are still to begin, the next one first."""
    where = Leaf("start_datetime", "gt", present.now)
    return (await present.find(where, _NEXT_FIRST)).rows


async def recent(present: Present) -> Sequence[Row]:
    """Those that are over, the last to end first.

    There is an index by start, and none by end. So the last to start are looked up first: they
    tell how far back to look. Each of them started at `since` or later, and ended later still. So
    did all that belong on the page in their place; and lasting no longer than an interaction can,
    those started no earlier than that before `since`.
    """
    is_over = (
        Leaf("start_datetime", "lt", present.now),
        Leaf("end_datetime", "lte", present.now),
    )
    last_started = await present.find(Every(is_over), NEWEST_FIRST)
    if not last_started.has_more:
        return sorted(last_started.rows, key=_end_of, reverse=True)
    since = last_started.rows[-1]["start_datetime"]
    await present.seen.plan(in_order=False)
    started = Leaf("start_datetime", "gte", since - LONGEST)
    return (await present.find(Every((*is_over, started)), _LAST_OVER_FIRST)).rows


async def answer_with(
    rows_of: Callable[[Present], Awaitable[Sequence[Row]]],
    request: Request,
    scope: SiteScope,
    *,
    limit: int,
    include: frozenset[str],
) -> Response:
    """The rows that are nearest to this moment.

    They have no entity tag: what they are changes with the time, and without a write.
    """
    state = request.app.state
    in_order = len(scope.roles) > 1
    async with snapshot(state.direct_pool, scope, in_order=in_order) as seen:
        rows = await rows_of(Present(datetime.now(UTC), seen, limit))
        confidential = ConfidentialNotes(state.key_ring, scope)
        answers = [answer_of(row, confidential) for row in rows]
        await include_names(seen, answers, include)
    return Response(as_json({"interactions": answers}), media_type="application/json")


def _end_of(row: Row) -> tuple[datetime, int]:
    return row["end_datetime"], row["id"]

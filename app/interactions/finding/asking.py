"""One question put to one snapshot, within a time that all its statements share."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from app.core.cache import Cache, Key, Kind
from app.core.direct_pool import OutOfTimeError, Row
from app.core.statement import Statement
from app.interactions.finding.counting import Counting
from app.interactions.finding.question import Found, Question
from app.tenancy.snapshot import Snapshot

CAP = 10_000
"""Up to here rows are counted, unless all are to be."""

ALL = 2**62

V = TypeVar("V")


class Asking:
    """A question, where it is put, and how much time is left for it."""

    def __init__(
        self, snapshot: Snapshot, question: Question, *, seconds: float, cache: Cache | None = None
    ) -> None:
        self.snapshot = snapshot
        self.question = question
        self._cache = cache
        self.form = question.form(len(snapshot.scope.roles))
        self._values = question.parameters
        self._ends_at = time.monotonic() + seconds

    async def fetch(
        self, statement: Statement, values: Mapping[str, object] | None = None
    ) -> Sequence[Row]:
        """The rows of a statement about the question.

        Raises:
            OutOfTimeError: The time is over.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return await self.snapshot.fetch(
            statement, {**self._values, **(values or {})}, seconds=left
        )

    def found(self, rows: Sequence[Row], *, generation: int, total: int | None = None) -> Found:
        """The page that rows make, of which there is one more than is shown if more follow.

        Some statements tell numbers beside the rows, and so have a row where there is none.
        """
        rows = [row for row in rows if row["id"] is not None]
        limit = self.question.limit
        page = Found(rows[:limit], len(rows) > limit, generation)
        return page if total is None else self._totalled(page, total)

    async def counted(self, found: Found) -> Found:
        """The page with its total, if that is wanted and there is time for it.

        It comes last, since nothing can be read any more once the time is over; and it is kept
        for the other pages, until something is written.

        Raises:
            OutOfTimeError: There is no time, and an exact total was asked for.
        """
        how, is_exact = found.count, self.question.counting is Counting.EXACT
        if how is None or self.question.counting is Counting.NONE:
            return found
        most = ALL if is_exact else CAP + 1

        async def count() -> int:
            await self.snapshot.plan(in_order=how.in_order)
            (row,) = await self.fetch(how.statement, {**how.values, "most": most})
            return int(row["total"])

        key = (*self.key(found.generation), most)
        try:
            return self._totalled(found, await self.kept(Kind.TOTALS, key, count))
        except OutOfTimeError:
            if is_exact:
                raise
            return found

    async def kept(self, kind: Kind, key: Key, make: Callable[[], Awaitable[V]]) -> V:
        """What was made before for the same scope, generation and question, or is made now."""
        if self._cache is None:
            return await make()
        return await self._cache.get_or_make(kind, key, make)

    def key(self, generation: int) -> Key:
        """What everything depends on that is counted of what the question finds."""
        scope = self.snapshot.scope
        # Of the trash, not everybody sees the same.
        whose = (scope.user_id, sorted(scope.roles.items())) if self.question.is_trash else ()
        return (scope.site_ids, generation, repr(self.question.where), *whose)

    def _totalled(self, found: Found, total: int) -> Found:
        counting = self.question.counting
        if counting is Counting.NONE:
            return found
        if counting is Counting.EXACT:
            return replace(found, total=total, is_exact=True)
        return replace(found, total=min(total, CAP), is_exact=total <= CAP)

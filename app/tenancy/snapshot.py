"""What a scope sees at one moment, for the reads that are asked most."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

from app.core.direct_pool import CopyOptions, DirectPool, DirectTransaction, Row, Sink
from app.core.statement import Statement
from app.tenancy.direct import ScopedTransaction
from app.tenancy.scope import SiteScope
from app.tenancy.session import scope_setting


class Snapshot(ScopedTransaction):
    """A read-only transaction, all statements of which see the same rows."""

    def __init__(
        self, transaction: DirectTransaction, scope: SiteScope, *, in_order: bool = False
    ) -> None:
        super().__init__(transaction, scope)
        self._is_in_order = in_order

    async def batches(
        self, statement: Statement, values: dict[str, object] | None = None, *, size: int
    ) -> AsyncIterator[Sequence[Row]]:
        """The rows that a statement finds, so many at a time: never all of them in memory."""
        async for rows in self._transaction.batches(statement, self._scoped(values), size=size):
            yield rows

    async def copy(
        self,
        statement: Statement,
        values: dict[str, object],
        sink: Sink,
        *,
        options: CopyOptions,
    ) -> None:
        """Have the rows that a statement finds written by the database itself, as text."""
        await self._transaction.copy(statement, self._scoped(values), sink, options=options)

    async def plan(self, *, in_order: bool) -> None:
        """Plan what follows for rows that come in order, or that are all found at first."""
        if in_order != self._is_in_order:
            self._is_in_order = in_order
            await self._transaction.set(_IN_ORDER if in_order else _FOUND_AT_FIRST)


_FOUND_AT_FIRST = "SET LOCAL enable_sort = on; SET LOCAL enable_bitmapscan = on;"

_IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off;"
"""For rows that come in order out of an index until there are enough. The planner, which takes the
two walls for independent conditions, believes in far fewer rows than there are, and would rather
find and sort them all."""

_PLANNED_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan;"


def snapshot(
    pool: DirectPool, scope: SiteScope, *, planned_anew: bool = False, in_order: bool = False
) -> AbstractAsyncContextManager[Snapshot]:
    """Read what a scope sees.

    Args:
        pool: Where to read.
        scope: For whom.
        planned_anew: Whether each statement is planned for its own values: worth it where plans
            differ by how rare a word is.
        in_order: Whether rows are to come in order out of an index.
    """
    settings = scope_setting(scope)
    settings += _PLANNED_ANEW if planned_anew else ""
    settings += _IN_ORDER if in_order else ""
    return pool.transaction(
        lambda transaction: Snapshot(transaction, scope, in_order=in_order), settings
    )

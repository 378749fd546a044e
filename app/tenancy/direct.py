"""Transactions of a scope without the layers above the driver, for what is asked most.

As with the sessions there are two walls. Statements are written with the scope's sites in them:
their parameters `sites` and `site` are always the scope's. And the transaction's own setting
makes row-level security do the same again, for whatever they should miss.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from app.core.direct_pool import DirectPool, DirectTransaction, Row
from app.core.statement import Statement
from app.tenancy.scope import SiteScope
from app.tenancy.session import scope_setting


class ScopedTransaction:
    """A transaction that sees the sites of its scope."""

    def __init__(self, transaction: DirectTransaction, scope: SiteScope) -> None:
        self._transaction = transaction
        self.scope = scope
        self.touched: set[int] = set()
        # Empty: the predicate is still there, and lets nothing through.
        site_ids = list(scope.site_ids)
        self._sites: dict[str, object] = {"sites": site_ids, "site": next(iter(site_ids), 0)}

    async def fetch(
        self,
        statement: Statement,
        values: dict[str, object] | None = None,
        *,
        seconds: float | None = None,
    ) -> Sequence[Row]:
        """The rows that a statement finds, or that it has written.

        Raises:
            OutOfTimeError: It took longer than it may; nothing more can be asked.
        """
        return await self._transaction.fetch(statement, self._scoped(values), seconds=seconds)

    def _scoped(self, values: dict[str, object] | None) -> dict[str, object]:
        """Values with the scope's sites, which no value can take the place of."""
        return {**(values or {}), **self._sites}


def direct_write(
    pool: DirectPool, scope: SiteScope
) -> AbstractAsyncContextManager[ScopedTransaction]:
    """Write what is a scope's; it is committed when the block ends well."""
    return pool.transaction(
        lambda transaction: ScopedTransaction(transaction, scope),
        scope_setting(scope),
        is_read_only=False,
    )

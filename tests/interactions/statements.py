"""Looking at the statements of the hot reads on their way to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.core.direct_pool import DirectTransaction
from app.core.statement import Statement


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements that are sent meanwhile; settings and transactions are left out."""
    statements: list[str] = []
    send = DirectTransaction.fetch

    async def note(
        transaction: DirectTransaction, statement: Statement, *rest: Any, **by: Any
    ) -> Any:
        statements.append(statement.sql)
        return await send(transaction, statement, *rest, **by)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DirectTransaction, "fetch", note)
        yield statements

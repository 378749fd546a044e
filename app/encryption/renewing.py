"""Encrypting the sealed values of one table anew, a batch at a time, beside a running service.

Rows that somebody else is changing are passed over and come up again in the next pass: so nothing
waits here for a lock, and there is no deadlock. Each batch is a transaction of its own; a run
that is cut off has done what it has done, and the next one goes on from there.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    LargeBinary,
    and_,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.sealing import KeyRing, SealBrokenError

BATCH_SIZE = 100
PASSES = 30
SECONDS_BETWEEN_PASSES = 1.0

OpenTransaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values.

    Attributes:
        key: What tells the rows apart.
        value: The column.
        context_of: What the value of a row is sealed for, by the row's key.
        kept: Columns that would note a change, and are not to.
    """

    key: InstrumentedAttribute[int]
    value: InstrumentedAttribute[Any]  # of bytes, or of bytes and null
    context_of: Callable[[int], str]
    kept: tuple[InstrumentedAttribute[object], ...] = ()

    def is_old(self, ring: KeyRing) -> ColumnElement[bool]:
        """Whether another key than the first has sealed a row's value."""
        head = ring.current_head
        return and_(self.value.is_not(None), func.substr(self.value, 1, len(head)) != head)


@dataclass(slots=True)
class Renewal:
    """What came of some values: renewed, opened by no key, or changed by others all the time."""

    renewed: int = 0
    unreadable: int = 0
    in_use: int = 0

    def add(self, other: "Renewal") -> None:
        """Count others too."""
        self.renewed += other.renewed
        self.unreadable += other.unreadable
        self.in_use += other.in_use


async def renew(column: SealedColumn, ring: KeyRing, open_transaction: OpenTransaction) -> Renewal:
    """Seal with the first key what another one has sealed, as far as it can be opened."""
    total = Renewal()
    for attempt in range(PASSES):
        if attempt:
            await asyncio.sleep(SECONDS_BETWEEN_PASSES)
        one = await _pass(column, ring, open_transaction)
        total = Renewal(total.renewed + one.renewed, one.unreadable, one.in_use)
        if not total.in_use:
            break
    return total


async def _pass(column: SealedColumn, ring: KeyRing, open_transaction: OpenTransaction) -> Renewal:
    """Go through all rows once."""
    found, after = Renewal(), 0
    while True:
        async with open_transaction() as session:
            rows = await _lock_batch(session, column, ring, after)
            renewed = _sealed_anew(rows, column, ring)
            await _store(session, column, renewed)
        if not rows:
            break
        after = rows[-1][0]
        found.renewed += len(renewed)
        found.unreadable += len(rows) - len(renewed)
    async with open_transaction() as session:
        left = await session.scalar(select(func.count(column.key)).where(column.is_old(ring)))
    found.in_use = max(0, (left or 0) - found.unreadable)
    return found


async def _lock_batch(
    session: AsyncSession, column: SealedColumn, ring: KeyRing, after: int
) -> list[tuple[int, bytes]]:
    statement = (
        select(column.key, column.value)
        .where(column.is_old(ring), column.key > after)
        .order_by(column.key)
        .limit(BATCH_SIZE)
        .with_for_update(skip_locked=True)
    )
    return [(key, value) for key, value in await session.execute(statement)]


def _sealed_anew(
    rows: Sequence[tuple[int, bytes]], column: SealedColumn, ring: KeyRing
) -> dict[int, bytes]:
    """The new values by key, of those rows whose value can be opened."""
    found = {}
    for key, value in rows:
        context = column.context_of(key)
        with contextlib.suppress(SealBrokenError):
            found[key] = ring.seal(ring.open(value, context=context), context=context)
    return found


async def _store(session: AsyncSession, column: SealedColumn, values: Mapping[int, bytes]) -> None:
    """Write a batch in one statement."""
    given = (
        func.unnest(
            literal(list(values), ARRAY(BigInteger)),
            literal(list(values.values()), ARRAY(LargeBinary)),
        )
        .table_valued("key", "value")
        .render_derived()
    )
    unchanged = {one: one for one in column.kept}
    await session.execute(
        update(column.key.class_)
        .where(column.key == given.c.key)
        .values({column.value: given.c.value, **unchanged})
        .execution_options(synchronize_session=False)
    )

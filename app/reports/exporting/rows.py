"""The rows of an export, for writers that take them one by one."""

from collections.abc import AsyncIterator, Sequence

from app.core.direct_pool import Row
from app.reports.exporting.statements import counting, form_of, reading, values_of
from app.reports.making import Making
from app.tenancy.snapshot import Snapshot

BATCH = 1_000


async def rows_of(making: Making) -> AsyncIterator[Sequence[Row]]:
    """The rows of a report in order, by batches, with its progress told.

    They come out of one snapshot by a cursor, however many they are: what is held in memory is
    one batch. Each row has the columns of `exporting.columns` by name; times are in UTC.
    """
    done = 0
    async with making.snapshot() as snapshot:
        await expect_rows(making, snapshot)
        statement = reading(form_of(making))
        async for batch in snapshot.batches(statement, values_of(making), size=BATCH):
            yield batch
            done += len(batch)
            await making.progress.done(done)


async def expect_rows(making: Making, snapshot: Snapshot) -> None:
    """Count the rows, and tell how many there will be."""
    (row,) = await snapshot.fetch(counting(form_of(making)), values_of(making))
    await making.progress.expect(int(row["total"]))

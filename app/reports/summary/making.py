"""Making an activity summary: counted within one snapshot, and then drawn."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.reports.front import Front
from app.reports.fronts import front_of
from app.reports.making import Making
from app.reports.rendering.pdf.summary import write_summary as write_pdf
from app.reports.rendering.xlsx.summary import write_summary as write_xlsx
from app.reports.summary.counting import count_summary
from app.reports.summary.figures import Summary


async def make_workbook(making: Making) -> None:
    """Make a summary as a workbook."""
    await _make(making, write_xlsx)


async def make_pdf(making: Making) -> None:
    """Make a summary as a PDF."""
    await _make(making, write_pdf)


async def _make(making: Making, write: Callable[[Path, Front, Summary], None]) -> None:
    async with making.snapshot() as snapshot:
        front = await front_of(making, snapshot)
        summary = await count_summary(snapshot, making.where, zone=making.tz, now=making.now)
    rows = summary.total.count
    await making.progress.expect(rows)
    await asyncio.to_thread(write, making.path, front, summary)
    await making.progress.done(rows)

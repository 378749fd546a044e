"""An export as a workbook: one row an interaction, times by the clocks of the report's zone."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.core.direct_pool import Row
from app.reports.exporting.columns import NAMES
from app.reports.exporting.rows import rows_of
from app.reports.fronts import front_of
from app.reports.making import Making
from app.reports.rendering.xlsx.about import write_about
from app.reports.rendering.xlsx.text import cell_text
from app.reports.rendering.xlsx.workbook import looks_of, new_workbook, set_print

MOST_ROWS = 1_048_576
"""Of a sheet, the head included."""

_MOST_NUMBER = 10**15
"""From here on, a spreadsheet shows other digits than a number has."""

_WIDTHS = {
    "id": 11,
    "site_id": 9,
    "site": 20,
    "title": 44,
    "type": 13,
    "lead": 24,
    "timezone": 18,
    "duration_minutes": 19,
    "location": 24,
    "description": 48,
    "notes": 32,
    "external_id": 16,
    "version": 10,
    "created_by": 13,
    "updated_by": 13,
}
_NUMBERS = frozenset({"id", "site_id", "duration_minutes", "version", "created_by", "updated_by"})
_WIDTH_OF_MOMENTS = 18


class RowSheets:
    """Sheets that take rows one after the other, each as many as it can."""

    def __init__(self, workbook: Workbook, zone: str) -> None:
        self._workbook = workbook
        self._zone = ZoneInfo(zone)
        self._looks = looks_of(workbook)
        self._number = 0
        self._begin_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Write rows below those that are there."""
        for row in rows:
            if self._next == MOST_ROWS:
                self.end_sheet()
                self._begin_sheet()
            for column, name in enumerate(NAMES):
                if (value := row[name]) is not None:
                    self._write_cell(column, value)
            self._next += 1

    def end_sheet(self) -> None:
        """Say over which rows a filter reaches."""
        self._sheet.autofilter(0, 0, max(self._next - 1, 1), len(NAMES) - 1)

    def _begin_sheet(self) -> None:
        self._number += 1
        name = "Interactions" if self._number == 1 else f"Interactions {self._number}"
        self._sheet: Worksheet = self._workbook.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        set_print(self._sheet, pages=0)
        for column, heading in enumerate(NAMES):
            look = self._looks.heading_right if heading in _NUMBERS else self._looks.heading
            width = _WIDTHS.get(heading, _WIDTH_OF_MOMENTS)
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, heading, look)
        self._next = 1

    def _write_cell(self, column: int, value: object) -> None:
        sheet, row, looks = self._sheet, self._next, self._looks
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, looks.moment)
        elif isinstance(value, int) and abs(value) < _MOST_NUMBER:
            sheet.write_number(row, column, value, looks.number)
        else:
            sheet.write_string(row, column, cell_text(str(value)))


async def write_export(making: Making) -> None:
    """Write the rows of a report into its file, and behind them what it is about."""
    async with making.snapshot() as snapshot:
        front = await front_of(making, snapshot)
    workbook = new_workbook(making.path, title=making.title, made_at=making.now, streamed=True)
    sheets = RowSheets(workbook, making.tz)
    async for batch in rows_of(making):
        await asyncio.to_thread(sheets.write, batch)
    sheets.end_sheet()
    write_about(workbook, front)
    await asyncio.to_thread(workbook.close)

"""An export as CSV (RFC 4180), as spreadsheets read it: UTF-8 with a mark, all cells quoted."""

from codecs import BOM_UTF8
from typing import Any

from sqlalchemy import ColumnElement

from app.reports.exporting.cells import harmless, moment
from app.reports.exporting.columns import NAMES, columns, is_moment, is_written
from app.reports.exporting.copying import CopyFormat, copy_rows
from app.reports.making import Making


def _cells() -> list[ColumnElement[Any]]:
    return [_cell(column).label(column.key) for column in columns()]


def _cell(column: Any) -> ColumnElement[Any]:
    if is_moment(column):
        return moment(column.element)
    value: ColumnElement[Any] = column.element
    return harmless(value) if is_written(column) else value


# The last column is a time, so a row ends with Z, a quote and a line feed. Within a row these
# three never follow each other: a quote that belongs to a text is doubled.
_CSV = CopyFormat(
    wanted=_cells,
    options={"format": "csv", "force_quote": True},
    head=BOM_UTF8 + ",".join(f'"{name}"' for name in NAMES).encode() + b"\r\n",
    end=b'Z"\n',
    row_end=b'Z"\r\n',
)


async def write_csv(making: Making) -> None:
    """Write the rows as CSV."""
    await copy_rows(making, _CSV)

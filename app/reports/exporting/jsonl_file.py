"""An export as JSON Lines: one object a row, named as in the API."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from app.reports.exporting.cells import moment
from app.reports.exporting.columns import columns, is_moment
from app.reports.exporting.copying import CopyFormat, copy_rows
from app.reports.making import Making


def _line() -> list[ColumnElement[Any]]:
    pairs: list[ColumnElement[Any]] = []
    for column in columns():
        value: Any = column.element
        pairs += [literal_column(f"'{column.key}'"), moment(value) if is_moment(column) else value]
    return [cast(func.json_build_object(*pairs), Text()).label("line")]


# JSON escapes every control character, so none of these two is ever found in it, and COPY writes
# each line as it is.
_JSON_LINES = CopyFormat(
    wanted=_line,
    options={"format": "csv", "quote": "\x01", "delimiter": "\x02"},
    head=b"",
    end=b"\n",
    row_end=b"\n",
)


async def write_jsonl(making: Making) -> None:
    """Write the rows as JSON Lines."""
    await copy_rows(making, _JSON_LINES)

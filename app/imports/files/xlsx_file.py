"""A workbook of Excel's: its first sheet that can be seen, read row by row.

Formulas count by the value that was saved with them; macros and links are never looked at.
"""

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar
from zipfile import BadZipFile

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from app.imports.errors import CannotImportError
from app.imports.files.archive import look_through
from app.imports.files.limits import MAX_COLUMNS, FileLimits
from app.imports.files.rows import RAGGED, Row, to_row, too_many_rows

T = TypeVar("T")

SHEET_ROWS = 2**20
"""As many as a sheet can have, by its own format."""

# What the library raises when a workbook is not what it expects to find.
_FAULTS = (
    InvalidFileException,
    BadZipFile,
    SyntaxError,  # of which ElementTree's ParseError is one
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OverflowError,
    OSError,
)


class XlsxFile:
    """A table in a workbook.

    Attributes:
        header: The names of the columns: the first row that is not empty.
    """

    def __init__(
        self, path: Path, limits: FileLimits | None = None, *, name: str | None = None
    ) -> None:
        """Look the workbook through, and read the header.

        Raises:
            CannotImportError: It cannot be read, holds too much, or is empty.
        """
        if not DEFUSEDXML:  # pragma: no cover - a dependency of ours
            raise RuntimeError("defusedxml is missing: workbooks would be read unprotected")
        self.path = path
        self.name = name or path.name
        self._limits = limits or FileLimits()
        self._rows = look_through(path, name=self.name) - 1
        if self._rows > self._limits.max_rows:
            raise too_many_rows(self.name, self._limits.max_rows)
        self.about: dict[str, object] = {"sheet": None}
        self.header = [cell.strip() for cell in self._first_row()]
        while self.header and not self.header[-1]:
            self.header.pop()
        if not self.header:
            raise CannotImportError(f"{self.name} is empty: its first row has to name the columns")

    def count(self) -> int:
        """How many rows the longest sheet has."""
        return max(self._rows, 0)

    def rows(self) -> Iterator[Row]:
        """The rows below the header; empty ones are none.

        Raises:
            CannotImportError: The sheet cannot be read from some row on.
        """
        width = len(self.header)
        count = 0
        # One column more than there should be, to see what stands beyond.
        for cells in self._cells(width + 1):
            if not any(cells):
                continue
            count += 1
            if count == 1:
                continue
            cells += [""] * (width + 1 - len(cells))
            if cells[width].strip():
                yield Row(count - 1, str(count - 1), cells, {}, RAGGED)
            else:
                yield to_row(self.header, cells[:width], count=count - 1)

    def _first_row(self) -> list[str]:
        for cells in self._cells(MAX_COLUMNS + 1):
            if any(cells):
                if len(cells) > MAX_COLUMNS and cells[MAX_COLUMNS]:
                    raise CannotImportError(f"{self.name} has more than {MAX_COLUMNS} columns")
                return cells
        return []

    def _cells(self, width: int) -> Iterator[list[str]]:
        with self.path.open("rb") as file:
            workbook = self._guarded(lambda: _load(file))
            sheet = self._guarded(lambda: _visible_sheet(workbook))
            self.about = {"sheet": sheet.title}
            sheet.reset_dimensions()  # what a sheet says of its size is not always so
            rows = self._guarded(lambda: sheet.iter_rows(max_col=width, values_only=True))
            for number in range(SHEET_ROWS + 1):
                cells = self._guarded(lambda: next(rows, None))
                if cells is None:
                    return
                if number == SHEET_ROWS:
                    raise too_many_rows(self.name, SHEET_ROWS)
                yield [_text_of(cell) for cell in cells]

    def _guarded(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except _FAULTS:
            raise CannotImportError(f"{self.name} is no workbook that can be read") from None


def _load(file: IO[bytes]) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that nobody asks for
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _visible_sheet(workbook: Workbook) -> Any:
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    return visible[0]


def _text_of(cell: object) -> str:
    """A cell as text: dates in ISO's form, numbers without a point that says nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        # The moments of a spreadsheet are fractions of a day, a hair beside the second.
        moment = (cell + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)

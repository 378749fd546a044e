"""A CSV file, read row by row."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.imports.errors import CannotImportError

ROW_NUMBER = "#row"
"""Stands for the row's number; as a column it holds the number that the row had in another file."""

MAX_LINE = 2**20


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells as they are, and by the names of their columns.

    Attributes:
        number: Counted from 1 without the header.
        cells: As many as the row has, whatever the header says.
        values: By column; empty when the row has not as many cells as the header.
    """

    number: str
    cells: list[str]
    values: dict[str, str]


class CsvFile:
    """A file that can be read several times, each time from its beginning."""

    def __init__(self, path: Path) -> None:
        """Read the header.

        Raises:
            CannotImportError: There is no such file, or no header in it.
        """
        self.path = path
        if not path.is_file():  # what can be read only once is of no use either
            raise CannotImportError(f"There is no file {path}")
        self.header = next(self._lines_of_cells(), [])
        if not self.header:
            raise CannotImportError(f"{path.name} is empty: its first row has to name the columns")

    def require(self, columns: Iterable[str]) -> None:
        """Check that these columns are there, each once.

        Raises:
            CannotImportError: One is missing, or there are several of that name.
        """
        for column in columns:
            if column == ROW_NUMBER:
                continue
            if column not in self.header:
                known = ", ".join(map(repr, self.header))
                raise CannotImportError(f"There is no column {column!r}; the columns are {known}")
            if self.header.count(column) > 1:
                raise CannotImportError(f"There are several columns named {column!r}")

    def rows(self) -> Iterator[CsvRow]:
        """The rows below the header; empty lines are not rows.

        Raises:
            CannotImportError: The file is not CSV or not UTF-8, from some line on.
        """
        lines = self._lines_of_cells()
        next(lines)
        for count, cells in enumerate(lines, start=1):
            is_whole = len(cells) == len(self.header)
            values = dict(zip(self.header, cells, strict=True)) if is_whole else {}
            number = values.setdefault(ROW_NUMBER, str(count))
            yield CsvRow(number, cells, values if is_whole else {})

    def _lines_of_cells(self) -> Iterator[list[str]]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                # Strict, because a quote that is never closed swallows the rest of the file.
                reader = csv.reader(self._lines(file), strict=True)
                try:
                    yield from filter(None, reader)
                except csv.Error as error:
                    raise self._faulty(reader.line_num, f"{error} - is a quote missing?") from None
        except OSError as error:
            raise CannotImportError(f"Cannot read {self.path}: {error.strerror}") from None

    def _lines(self, file: TextIO) -> Iterator[str]:
        number = 1
        try:
            while line := file.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    raise self._faulty(number, f"it has more than {MAX_LINE:,} characters")
                yield line
                number += 1
        except UnicodeDecodeError:  # by a decoder that is ahead of the lines
            raise CannotImportError(
                f"{self.path.name} is not UTF-8, from line {number} on or later"
            ) from None

    def _faulty(self, line: int, fault: str) -> CannotImportError:
        return CannotImportError(f"{self.path.name} is not CSV at line {line}: {fault}")

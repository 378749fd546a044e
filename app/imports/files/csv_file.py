"""A CSV file, read row by row."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from app.imports.errors import CannotImportError
from app.imports.files.cells import unguarded
from app.imports.files.dialect import LINES, detect_delimiter, told_delimiter
from app.imports.files.encoding import detect_encoding
from app.imports.files.limits import MAX_COLUMNS, MAX_LINE, FileLimits
from app.imports.files.rows import REASON, Row, to_row, too_many_rows


class CsvFile:
    """A table as text, with its encoding and its delimiter told by what is in it.

    Attributes:
        path: Where it is.
        header: The names of the columns.
    """

    def __init__(
        self, path: Path, limits: FileLimits | None = None, *, name: str | None = None
    ) -> None:
        """Find out how it is written, and read the header.

        Raises:
            CannotImportError: There is no such file, or no header in it.
        """
        self.path = path
        self.name = name or path.name
        self._limits = limits or FileLimits()
        if not path.is_file():  # what can be read only once is of no use either
            raise CannotImportError(f"There is no file {path}")
        try:
            self._encoding = detect_encoding(path)
        except OSError as error:
            raise CannotImportError(f"Cannot read {path}: {error.strerror}") from None
        self._delimiter, self._is_told = self._find_delimiter()
        self.header = next(self._lines_of_cells(), [])
        if not self.header:
            raise CannotImportError(f"{self.name} is empty: its first row has to name the columns")
        if len(self.header) > MAX_COLUMNS:
            raise CannotImportError(f"{self.name} has more than {MAX_COLUMNS} columns")
        self.about: dict[str, object] = {
            "encoding": self._encoding.removesuffix("-sig"),
            "delimiter": self._delimiter,
        }

    def count(self) -> int:
        """How many rows there are.

        Raises:
            CannotImportError: As `rows` does.
        """
        count = sum(1 for _ in self._lines_of_cells()) - 1
        if count > self._limits.max_rows:
            raise too_many_rows(self.name, self._limits.max_rows)
        return count

    def rows(self) -> Iterator[Row]:
        """The rows below the header; empty lines are not rows.

        Raises:
            CannotImportError: The file is not CSV or not text, from some line on, or too long.
        """
        # What we guarded against spreadsheets ourselves comes back as it was.
        restore = unguarded if REASON in self.header else str
        lines = self._lines_of_cells()
        next(lines)
        for count, cells in enumerate(lines, start=1):
            if count > self._limits.max_rows:
                raise too_many_rows(self.name, self._limits.max_rows)
            yield to_row(self.header, [*map(restore, cells)], count=count)

    def _find_delimiter(self) -> tuple[str, bool]:
        lines = list(islice(self._text(), LINES))
        told = told_delimiter(lines[0]) if lines else None
        return (told, True) if told else (detect_delimiter(lines), False)

    def _lines_of_cells(self) -> Iterator[list[str]]:
        # Strict, because a quote that is never closed swallows the rest of the file.
        lines = self._text()
        if self._is_told:
            next(lines)
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        try:
            yield from filter(None, reader)
        except csv.Error as error:
            line = reader.line_num + self._is_told
            raise self._faulty(line, f"{error} - is a quote missing?") from None

    def _text(self) -> Iterator[str]:
        try:
            with self.path.open(encoding=self._encoding, newline="") as file:
                yield from self._lines(file)
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
        except UnicodeError:  # by a decoder that is ahead of the lines
            raise CannotImportError(
                f"{self.name} is not {self._encoding.removesuffix('-sig').upper()}, "
                f"from line {number} on or later"
            ) from None

    def _faulty(self, line: int, fault: str) -> CannotImportError:
        return CannotImportError(f"{self.name} is not CSV at line {line}: {fault}")

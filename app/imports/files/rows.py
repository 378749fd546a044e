"""What all kinds of files come down to: a header, and rows below it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from app.imports.errors import CannotImportError

ROW_NUMBER = "#row"
"""Stands for the row's number; as a column it holds the number that the row had in another file."""

FIELD, REASON = "#field", "#reason"
"""The columns that a file of refused rows has besides."""

RAGGED = "The row has not as many cells as there are columns"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells as they are, and by the names of their columns.

    Attributes:
        place: Counted from 1 without the header.
        number: The same, or the number that the row had in a file that this one was made of.
        cells: As many as the row has, whatever the header says.
        values: By column; empty when the row cannot be read.
        fault: Why it cannot be read.
    """

    place: int
    number: str
    cells: list[str]
    values: dict[str, str]
    fault: str | None = None


class RowFile(Protocol):
    """A file that can be read several times, each time from its beginning.

    Attributes:
        name: What it is called, in messages.
        header: The names of the columns.
        about: How it was read, for whoever looks at the outcome.
    """

    name: str
    header: list[str]
    about: dict[str, object]

    def count(self) -> int:
        """About how many rows there are, told faster than by reading them.

        Raises:
            CannotImportError: The file cannot be read from some row on, or is too long.
        """

    def rows(self) -> Iterator[Row]:
        """The rows below the header.

        Raises:
            CannotImportError: The file cannot be read from some row on.
        """


def to_row(header: list[str], cells: list[str], *, count: int) -> Row:
    """The cells of a table under its header."""
    if len(cells) != len(header):
        return Row(count, str(count), cells, {}, RAGGED)
    values = dict(zip(header, cells, strict=True))
    return Row(count, values.setdefault(ROW_NUMBER, str(count)), cells, values)


def require_columns(header: list[str], columns: Iterable[str]) -> None:
    """Check that these columns are there, each once.

    Raises:
        CannotImportError: One is missing, or there are several of that name.
    """
    for column in columns:
        if column == ROW_NUMBER:
            continue
        if column not in header:
            known = ", ".join(map(repr, header))
            raise CannotImportError(f"There is no column {column!r}; the columns are {known}")
        if header.count(column) > 1:
            raise CannotImportError(f"There are several columns named {column!r}")


def too_many_rows(name: str, most: int) -> CannotImportError:
    """What is said of a file that is longer than an import may be."""
    return CannotImportError(f"{name} has more than {most:,} rows: split it")

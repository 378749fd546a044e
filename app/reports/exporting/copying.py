"""Rows that the database writes itself: a million of them cost the worker next to nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement

from app.core.direct_pool import CopyOptions
from app.core.statement import Statement, compile_statement
from app.interactions.finding.forms import Form
from app.interactions.finding.parameters import KEPT
from app.reports.exporting.rows import expect_rows
from app.reports.exporting.statements import form_of, selected, values_of
from app.reports.making import Making, Progress


@dataclass(frozen=True, slots=True)
class CopyFormat:
    """How rows are written.

    Attributes:
        wanted: What is selected.
        options: How COPY writes it.
        head: What stands before the first row.
        end: How COPY ends a row, as nothing within a row can end.
        row_end: What is to stand in its place.
    """

    wanted: Callable[[], list[ColumnElement[Any]]]
    options: CopyOptions
    head: bytes
    end: bytes
    row_end: bytes


class RowWriter:
    """Writes what COPY sends into a file, with its own ends of rows, and counts them."""

    def __init__(self, file: BinaryIO, how: CopyFormat, progress: Progress) -> None:
        self._file = file
        self._how = how
        self._progress = progress
        self._rest = b""
        self._rows = 0

    async def take(self, chunk: bytes) -> None:
        """Write what has come, up to the last end of a line; an end of a row may be cut in two."""
        text = self._rest + chunk
        whole = text.rfind(b"\n") + 1
        self._rest = text[whole:]
        self._rows += text.count(self._how.end, 0, whole)
        self._file.write(text[:whole].replace(self._how.end, self._how.row_end))
        await self._progress.done(self._rows)


async def copy_rows(making: Making, how: CopyFormat) -> None:
    """Write the rows of a report into its file."""
    async with making.snapshot() as snapshot:
        await expect_rows(making, snapshot)
        statement = _copying(form_of(making), how.wanted)
        with making.path.open("wb") as file:
            file.write(how.head)
            writer = RowWriter(file, how, making.progress)
            await snapshot.copy(statement, values_of(making), writer.take, options=how.options)


@lru_cache(maxsize=KEPT)
def _copying(form: Form, wanted: Callable[[], list[ColumnElement[Any]]]) -> Statement:
    return compile_statement(selected(form, wanted()))

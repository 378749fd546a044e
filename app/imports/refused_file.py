"""The file of the rows that were not written, to be corrected and imported again."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from app.imports.errors import CannotImportError
from app.imports.files.cells import guarded
from app.imports.files.rows import FIELD, REASON, ROW_NUMBER
from app.imports.reading import Refusal

ADDED = (ROW_NUMBER, FIELD, REASON)


class RefusedFile:
    """Written as rows are refused, replacing an older one; none is left when none was refused.

    The row's number goes along, so that what is made of it comes out the same the next time.
    """

    def __init__(self, path: Path, header: list[str], *, source: Path) -> None:
        self._path = path
        self._header = header
        self._source = source
        self._kept = [place for place, name in enumerate(header) if name not in ADDED]
        self._file: TextIO
        self.count = 0

    def __enter__(self) -> Self:
        """Open it before anything is imported.

        Raises:
            CannotImportError: It cannot be written, or is the file that is to be read.
        """
        if self._path.exists() and self._path.samefile(self._source):
            raise CannotImportError(f"The refused rows cannot go to {self._path}: it is the input")
        try:
            self._path.touch(mode=0o600)  # what people wrote is not for everybody on this machine
            # With a mark at its beginning, without which spreadsheets take it for Latin-1.
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise CannotImportError(
                f"Cannot write refused rows to {self._path}: {error.strerror}; see --refused"
            ) from None
        self._rows = csv.writer(self._file)
        self._write([*(self._header[place] for place in self._kept), *ADDED])
        return self

    def add(self, refusal: Refusal) -> None:
        """Write one row with its reasons; cells beyond the header come last."""
        cells = refusal.row.cells
        missing = len(self._header) - len(cells)
        whole = [*cells, *[""] * missing]
        kept = [whole[place] for place in self._kept]
        fields = ", ".join(filter(None, refusal.reasons))
        reasons = "; ".join(refusal.reasons.values())
        beyond = whole[len(self._header) :]
        self._write([*kept, refusal.row.number, fields, reasons, *beyond])
        self.count += 1

    def _write(self, cells: list[str]) -> None:
        self._rows.writerow([guarded(cell) for cell in cells])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        if not self.count:
            self._path.unlink()

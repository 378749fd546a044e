"""Opening a file by what is in it."""

from pathlib import Path

from app.core.vocabulary import FileKind
from app.imports.errors import CannotImportError
from app.imports.files.csv_file import CsvFile
from app.imports.files.ics_file import IcsFile, Window
from app.imports.files.kinds import recognise
from app.imports.files.limits import FileLimits
from app.imports.files.rows import RowFile
from app.imports.files.xlsx_file import XlsxFile


def open_file(
    path: Path, limits: FileLimits, *, name: str | None = None, window: Window | None = None
) -> tuple[FileKind, RowFile]:
    """What kind of file it is, and its rows.

    Args:
        path: Where it is.
        limits: How much it may hold.
        name: What to call it in messages; its own name when left out.
        window: The days among which repeated events of a calendar are read.

    Raises:
        CannotImportError: It is no file that can be imported.
    """
    if not path.is_file():  # what can be read only once is of no use either
        raise CannotImportError(f"There is no file {path}")
    try:
        if path.stat().st_size > limits.max_bytes:
            raise CannotImportError(f"The file is larger than {limits.max_bytes:,} bytes")
        kind = recognise(path)
        if kind is FileKind.XLSX:
            return kind, XlsxFile(path, limits, name=name)
        if kind is FileKind.ICS:
            return kind, IcsFile(path, limits, name=name, window=window)
        return kind, CsvFile(path, limits, name=name)
    except OSError as error:
        raise CannotImportError(f"Cannot read {name or path}: {error.strerror}") from None

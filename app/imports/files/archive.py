"""The ZIP archive that a workbook is, looked through before anything is read from it.

Nothing that the archive says of itself is believed: what comes out of each member is counted while
it is inflated, and so is what an XML parser would have to hold of it.
"""

import io
import zipfile
import zlib
from pathlib import Path

from app.imports.errors import CannotImportError
from app.imports.files.xml_check import CountedXml, HarmfulXmlError

MAX_MEMBERS = 2_000
MAX_DIRECTORY = 2**20
MAX_UNPACKED = 2**30
MAX_RATIO = 300
"""What is packed more tightly than this is no table; asked only above `FREE_BYTES`."""
FREE_BYTES = 2**23
CHUNK = 2**16

_MACROS = ("vbaproject.bin", "vbadata.xml")
_SHEETS = "xl/worksheets/"
_XML = (".xml", ".rels")


class _SmallReads(io.FileIO):
    """A file whose archive directory cannot be so long that reading it is an attack."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("The directory is too long")
        return super().read(-1 if size is None else size)


def look_through(path: Path, *, name: str) -> int:
    """See whether a file is a workbook that can be read in bounded memory.

    Returns:
        The most rows that a sheet of it has.

    Raises:
        CannotImportError: It is none, or one that no honest program writes.
    """
    try:
        with _SmallReads(path) as file, zipfile.ZipFile(file) as archive:
            _require_workbook(archive, name)
            return _inflate_all(archive, name)
    except CannotImportError:  # a RuntimeError too
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise CannotImportError(f"{name} is damaged, or cut off") from None
    except RuntimeError:  # which is how the library says that it wants a password
        raise CannotImportError(f"{name} is encrypted") from None


def _require_workbook(archive: zipfile.ZipFile, name: str) -> None:
    members = [one.filename.lower() for one in archive.infolist()]
    if len(members) > MAX_MEMBERS:
        raise CannotImportError(f"{name} has more than {MAX_MEMBERS:,} parts")
    if len(set(members)) < len(members):
        raise CannotImportError(f"{name} has two parts of one name")
    if any(member.endswith(_MACROS) for member in members):
        raise CannotImportError(f"{name} has macros in it: save it as XLSX without them")
    if "xl/workbook.xml" not in members or "[content_types].xml" not in members:
        raise CannotImportError(f"{name} is an archive, but no XLSX workbook")


def _inflate_all(archive: zipfile.ZipFile, name: str) -> int:
    left, most_rows = MAX_UNPACKED, 0
    for member in archive.infolist():
        is_sheet = member.filename.lower().startswith(_SHEETS)
        # Whatever it is called: a workbook may name any part of it as a sheet.
        xml = CountedXml(is_sheet=is_sheet, must_be_xml=member.filename.endswith(_XML))
        try:
            left -= _inflate(archive, member, xml, name=name, most=left)
        except HarmfulXmlError as error:
            raise CannotImportError(f"{name}: {member.filename[:80]!r} {error}") from None
        most_rows = max(most_rows, xml.rows)
    return most_rows


def _inflate(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    xml: CountedXml,
    *,
    name: str,
    most: int,
) -> int:
    """Inflate one member to nowhere; tells how large it was."""
    size = 0
    packed = max(member.compress_size, 1)
    with archive.open(member) as content:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > most or (size > FREE_BYTES and size > MAX_RATIO * packed):
                raise CannotImportError(f"{name} unpacks to far more than a workbook holds")
            xml.feed(chunk)
    if size != member.file_size:
        raise zipfile.BadZipFile("A part is cut off")
    xml.close()
    return size

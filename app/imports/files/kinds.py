"""What a file is, told by what is in it; its name says nothing."""

import re
from pathlib import Path

from app.core.vocabulary import FileKind
from app.imports.errors import CannotImportError
from app.imports.files.encoding import SAMPLE

_TAKEN = "an import takes CSV, XLSX or ICS"

_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a program"),
    (b"\xd0\xcf\x11\xe0", "a workbook with a password, or one of an old Excel: save it as XLSX"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
    (b"Rar!", "a compressed file: unpack it first"),
    (b"7z\xbc\xaf", "a compressed file: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
)
_MARKUP = re.compile(rb"\s*(?:<(?:!doctype|html|\?xml|svg|!--)|\{\\rtf)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')
_CALENDAR = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\b", re.IGNORECASE)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\v\f\x1a\x1b") | {127}


def recognise(path: Path) -> FileKind:
    """The kind of a file.

    Raises:
        CannotImportError: It is none that can be imported; the message says what it looks like.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise CannotImportError(f"The file is empty: {_TAKEN}")
    for start, what in _OTHERS:
        if head.startswith(start):
            raise CannotImportError(f"The file is {what}; {_TAKEN}")
    if head.startswith(b"PK"):
        return FileKind.XLSX  # whether it is one, its members tell: see `archive`
    if _CALENDAR.match(head):
        return FileKind.ICS
    if _MARKUP.match(head) or _JSON.match(head):
        raise CannotImportError(f"The file is markup or JSON; {_TAKEN}")
    if not _is_text(head):
        raise CannotImportError(f"The file is not text; {_TAKEN}")
    return FileKind.CSV


def _is_text(head: bytes) -> bool:
    """Whether there is next to nothing in it that no text has, in whatever encoding."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\x00\x00\xfe\xff":
        return True
    zeros = head.count(0)
    if zeros > 0.2 * len(head):  # UTF-16 without a mark; anything else fails to be read as that
        head = head.replace(b"\x00", b"")
    controls = sum(head.count(code) for code in _CONTROLS)
    return controls < 4 or controls < len(head) * 0.001

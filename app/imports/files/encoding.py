"""Which encoding a text file has: what it says itself, else UTF-8, else what looks most like it."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from app.imports.errors import CannotImportError

SAMPLE = 64 * 2**10
CHUNK = 2**20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What spreadsheets and their forerunners write; without the encodings of mainframes, which a short
# text looks like as easily.
_WESTERN = "cp1252"
_LEGACY = [
    *(_WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_2", "iso8859_7"),
    *("koi8_r", "koi8_u", "mac_roman", "cp437", "cp850", "cp852", "cp866"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]


def detect_encoding(path: Path) -> str:
    """The name of the encoding that the whole file can be read in.

    Raises:
        CannotImportError: It is in none that is known.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, marked in _MARKS:
        if head.startswith(mark):
            return marked
    if (unmarked := _utf16_without_mark(head)) is not None:
        return unmarked
    place = _first_fault(path)
    return "utf-8-sig" if place is None else _legacy(path, head, place)


def _utf16_without_mark(head: bytes) -> str | None:
    """Where letters are mostly Latin, every second byte of UTF-16 is zero."""
    half = len(head) // 2
    if not half:
        return None
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
        if zeros > 0.4 * half and others < 0.05 * half:
            return name
    return None


def _first_fault(path: Path) -> int | None:
    """About where the file stops being UTF-8; None when it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = 0
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
                place += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return place + error.start
    return None


def _legacy(path: Path, head: bytes, place: int) -> str:
    """Judged by the head, whose names are known words, and by what is no UTF-8."""
    with path.open("rb") as file:
        file.seek(max(0, place - SAMPLE // 4))
        around = file.read(SAMPLE)
    best = from_bytes(head[: SAMPLE // 4] + around, cp_isolation=_LEGACY).best()
    if best is None:
        raise CannotImportError(
            f"The encoding of {path.name} cannot be told: save it as CSV in UTF-8"
        )
    # Where both read the same, it is the one of the west, which far more files are in.
    return _WESTERN if _WESTERN in best.could_be_from_charset else best.encoding

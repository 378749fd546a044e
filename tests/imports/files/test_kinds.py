"""A file is what is in it, whatever it is called."""

import io
import zipfile
from pathlib import Path

import pytest

from app.core.vocabulary import FileKind
from app.imports.errors import CannotImportError
from app.imports.files.kinds import recognise
from app.imports.files.limits import FileLimits
from app.imports.files.opening import open_file
from tests.imports.files.making import workbook

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def archive(**members: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return whole.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a,b\n1,2\n", FileKind.CSV),
        (b"\xef\xbb\xbfa;b\n", FileKind.CSV),
        ("a,b\n1,2\n".encode("utf-16"), FileKind.CSV),
        ("title,place\n1,2\n".encode("utf-16-le"), FileKind.CSV),
        ("Größe;Länge\n".encode("cp1252"), FileKind.CSV),
        (b"{name};[x]\n1;2\n", FileKind.CSV),
        (CALENDAR, FileKind.ICS),
        (b"\xef\xbb\xbf\r\n" + CALENDAR.lower(), FileKind.ICS),
        (workbook(["a"]), FileKind.XLSX),
    ],
)
def test_the_kind_is_told_by_the_content(path: Path, content: bytes, kind: FileKind) -> None:
    path.write_bytes(content)

    assert recognise(path) is kind


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"MZ\x90\x00\x03" + bytes(200), "a program"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "a program"),
        (b"#!/bin/sh\nrm -rf /\n", "a program"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password, or one of an old Excel"),
        (b"\x1f\x8b\x08\x00", "unpack it first"),
        (b"<!DOCTYPE html><table>", "markup or JSON"),
        (b'<?xml version="1.0"?><Workbook/>', "markup or JSON"),
        (b'[{"title": "x"}]', "markup or JSON"),
        (bytes(range(1, 256)) * 20, "not text"),
        (b"\x00\x01\x02\x03\x04\x05" * 100, "not text"),
    ],
)
def test_what_cannot_be_imported_is_said_to_be_what_it_looks_like(
    path: Path, content: bytes, message: str
) -> None:
    path.write_bytes(content)

    with pytest.raises(CannotImportError, match=message):
        open_file(path, FileLimits())


def test_an_archive_that_is_no_workbook_is_refused(path: Path) -> None:
    path.write_bytes(archive(**{"setup.exe": "MZ", "readme.txt": "run it"}))

    with pytest.raises(CannotImportError, match="no XLSX workbook"):
        open_file(path, FileLimits())


def test_a_file_that_is_too_large_is_not_looked_into(path: Path) -> None:
    path.write_bytes(b"a,b\n1,2\n")

    with pytest.raises(CannotImportError, match="larger than 7 bytes"):
        open_file(path, FileLimits(max_bytes=7))

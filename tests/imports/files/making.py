"""Workbooks and calendars for tests, honest ones and others."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook


def workbook(*rows: Sequence[object], title: str = "Rows") -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def repacked(whole: bytes, over: Mapping[str, bytes | None]) -> bytes:
    """The same archive with some members replaced, added, or (None) left out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in over:
                target.writestr(name, source.read(name))
        for name, content in over.items():
            if content is not None:
                target.writestr(name, content)
    return made.getvalue()


def calendar(*events: str, zones: str = "", head: str = "") -> bytes:
    """A calendar of events, each given by its lines."""
    parts = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:tests",
        *head.splitlines(),
        *zones.splitlines(),
    ]
    for event in events:
        lines = [line.strip() for line in event.strip().splitlines()]
        parts += ["BEGIN:VEVENT", *lines, "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""]).encode()

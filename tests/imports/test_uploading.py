"""A form with a file, however it is sent; nothing is left of what is refused."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.core.http import upload
from tests.desk import Desk, error_of
from tests.imports.making import TEXT

FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def part(name: str, content: str, *, more: str = "") -> str:
    """One part of a form."""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'


FILE = part("file", TEXT, more='; filename="rows.csv"')
END = "--b--\r\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploads lie while they come."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


async def test_a_form_that_comes_byte_by_byte_is_put_together(desk: Desk, folder: Path) -> None:
    async def drops() -> AsyncIterator[bytes]:
        for byte in (FILE + part("tz", "Europe/Paris") + END).encode():
            yield bytes([byte])

    response = await desk.client.post("/imports", content=drops(), headers=FORM)

    assert response.status_code == 202
    assert response.json()["options"]["tz"] == "Europe/Paris"
    assert response.json()["file_size"] == len(TEXT)
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "--b",
        FILE,
        FILE[:-20],
        "no form at all",
        "--b\r\nContent-Disposition form-data\r\n\r\nx\r\n" + END,
        "--c\r\n\r\n--c--\r\n",
        part("tz", "x") * 30 + END,
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(
    desk: Desk, folder: Path, content: str
) -> None:
    response = await desk.client.post("/imports", content=content.encode(), headers=FORM)

    assert response.status_code in (400, 422), response.text
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (part("tz", "UTC") + END, "file"),
        (FILE + FILE + END, "file"),
        (FILE + part("tz", "UTC") + part("tz", "UTC") + END, "form"),
        (FILE + part("colour", "red") + END, "form"),
        (part("file", "") + END, "file"),
    ],
)
async def test_a_form_with_other_parts_is_refused(desk: Desk, content: str, named: str) -> None:
    response = await desk.client.post("/imports", content=content.encode(), headers=FORM)

    assert named in error_of(response, 422)["details"]


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "text/csv", "multipart/mixed; boundary=b"]
)
async def test_what_is_no_form_is_refused(desk: Desk, kind: str) -> None:
    headers = {"Content-Type": kind}

    response = await desk.client.post("/imports", content=(FILE + END).encode(), headers=headers)

    assert error_of(response, 415)


async def test_a_file_that_is_too_large_is_refused_while_it_comes(
    desk: Desk, api: FastAPI, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.state.settings, "import_max_bytes", 10_000)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part("file", "").encode().removesuffix(b"\r\n")
        while True:
            sent += 1_000
            yield b"x" * 1_000

    response = await desk.client.post("/imports", content=endless(), headers=FORM)

    assert error_of(response, 413)["message"] == "The file is larger than 10000 bytes"
    assert sent < 20_000
    assert os.listdir(folder) == []


async def test_a_body_that_is_announced_too_large_is_not_read(desk: Desk) -> None:
    headers = FORM | {"Content-Length": str(2**40)}

    response = await desk.client.post("/imports", content=b"", headers=headers)

    assert error_of(response, 413)


async def test_a_field_that_is_too_large_is_refused(desk: Desk) -> None:
    long = part("mapping", "x" * (upload.MAX_FIELD_BYTES + 1))

    response = await desk.client.post(
        "/imports", content=(long + FILE + END).encode(), headers=FORM
    )

    assert error_of(response, 413)


async def test_only_the_upload_itself_may_be_large(desk: Desk) -> None:
    large = {"mapping": {"fields": {"title": {"value": "x" * 300_000}}}}

    response = await desk.client.patch("/imports/1", json=large)

    assert error_of(response, 413)


async def test_nothing_is_read_of_who_may_not_send(api: FastAPI, desk: Desk) -> None:
    read = 0

    async def watched() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1_000

    del desk.client.headers["Authorization"]
    response = await desk.client.post("/imports", content=watched(), headers=FORM)

    assert error_of(response, 401)
    assert read <= 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\boot.ini", "boot.ini"),
        ("a" * 400 + ".csv", "a" * 255),
        ("\u202egpj.csv", "gpj.csv"),
        ("", "file"),
        ("..", ".."),
    ],
)
async def test_a_name_is_only_shown(desk: Desk, name: str, shown: str) -> None:
    content = part("file", TEXT, more=f'; filename="{name}"') + END

    response = await desk.client.post("/imports", content=content.encode(), headers=FORM)

    assert response.json()["file_name"] == shown

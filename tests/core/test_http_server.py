"""The same manners over a real server, where sizes, chunks and connections are real."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from app.core.http.body import MAX_BODY_BYTES
from tests.core.sample_app import EDITOR, SECRET, SIGNED_IN

SERVER = """
import socket, uvicorn
from app.core.config import Settings
from app.core.logging import configure_logging
from tests.core.sample_app import create_app

configure_logging(Settings(_env_file=None))
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(create_app(), log_config=None, access_log=False, server_header=False)
uvicorn.Server(config).run(sockets=[listener])
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process, int(process.stdout.readline())
    process.terminate()
    assert process.wait(10) in (0, -15)
    lines = [json.loads(line) for line in process.stdout]
    process.stdout.close()
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["address"] for line in requests} == {"127.0.0.0/24"}
    assert "horse" not in json.dumps(requests)
    # The one bug of the sample is the only error: a client that leaves is none.
    errors = [line for line in lines if line["level"] == "error"]
    assert all("ValueError" in line["exception"] for line in errors)


@pytest.fixture
def url(server: tuple[subprocess.Popen[str], int]) -> str:
    return f"http://127.0.0.1:{server[1]}/api/v1"


async def raw(url: str, request: bytes) -> bytes:
    """Send bytes, among them a `Connection: close`, and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
    writer.write(request)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_a_large_upload_is_refused_without_being_read(url: str) -> None:
    head = b"POST /api/v1/items/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    answer = await raw(url, head + b"Content-Length: 10000000\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"payload_too_large" in answer


async def test_ten_megabytes_are_a_413_sent_whole_or_in_chunks(url: str) -> None:
    async def chunks() -> object:
        for _ in range(1000):
            yield b" " * 10_000

    headers = EDITOR | {"Content-Type": "application/json"}
    async with httpx.AsyncClient() as client:
        whole = await client.post(f"{url}/items/1", content=b" " * 10_000_000, headers=headers)
    async with httpx.AsyncClient() as client:
        streamed = await client.post(f"{url}/items/1", content=chunks(), headers=headers)  # type: ignore[arg-type]

    assert (whole.status_code, streamed.status_code) == (413, 413)
    assert whole.headers["X-Request-ID"]


async def test_a_connection_serves_on_after_a_refusal(url: str) -> None:
    headers = EDITOR | {"Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=headers) as client:
        statuses = [
            (await client.post(f"{url}/items/1", content=body)).status_code
            for body in (b"{", b"{}", b'{"title": "A good title"}', b"[" * MAX_BODY_BYTES)
        ]
        statuses.append((await client.get(f"{url}/search?q=horse")).status_code)

    assert statuses == [400, 422, 200, 400, 200]


async def test_head_has_the_length_and_no_body(url: str) -> None:
    authorization = f"Authorization: {SIGNED_IN['Authorization']}\r\n".encode()
    head = b"HEAD /api/v1/items/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    answer = await raw(url, head + authorization + b"\r\n")

    top, _, body = answer.partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 200 ")
    assert b"content-length:" in top
    assert body == b""


async def test_a_stream_begins_before_it_ends(url: str) -> None:
    async with httpx.AsyncClient() as client, client.stream("GET", f"{url}/stream") as response:
        pieces = [piece async for piece in response.aiter_raw()]

    assert pieces == [b"x", b"x", b"x"]


async def test_a_bug_is_answered_and_the_connection_kept(url: str) -> None:
    async with httpx.AsyncClient() as client:
        bug, again = [await client.get(f"{url}/fail/bug") for _ in range(2)]

    assert (bug.status_code, again.status_code) == (500, 500)
    assert SECRET not in bug.text


async def test_a_client_that_leaves_midway_is_only_logged(url: str) -> None:
    head = b"POST /api/v1/items/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
    writer.write(head + b"Content-Length: 100\r\n\r\n{")
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await writer.wait_closed()

    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/nothing")).status_code == 404

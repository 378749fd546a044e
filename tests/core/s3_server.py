"""A real S3-compatible server process on loopback."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.faults.served import environment

SECONDS_TO_START = 60
KEY_ID, SECRET = "testing", "testing"
BUCKET = "ims-files"


@contextmanager
def s3_server() -> Iterator[str]:
    """Run one with an empty bucket until the block ends; its address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - a library's own command
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(process, url)
        yield url
    finally:
        process.kill()
        process.wait()


def _make_bucket(process: subprocess.Popen[bytes], url: str) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        assert process.poll() is None, "the server has ended"
        try:
            httpx.put(f"{url}/{BUCKET}", trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")

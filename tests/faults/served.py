"""A real server process on servers of its own, which a test may stop and start."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.core.config import process_environment
from app.local.throwaway import ThrowawayServers

PROJECT = Path(__file__).parents[2]
SECONDS_TO_START = 60
MEASURED = "COVERAGE_PROCESS_CONFIG"
"""What has the coverage of a process measured."""


def environment(**values: str) -> dict[str, str]:
    """The environment for a process of ours: this one's, without its settings."""
    kept = {"PATH", "HOME", "LANG", MEASURED}
    return {name: value for name, value in process_environment().items() if name in kept} | values


def run_command(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run `ims` to its end."""
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=PROJECT,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_START,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Served:
    """A server process, and what it stands on."""

    url: str
    process: subprocess.Popen[bytes]
    servers: ThrowawayServers
    database: str


@contextmanager
def served(
    servers: ThrowawayServers,
    database: str,
    *,
    port: int,
    output: Path | None = None,
    is_killed: bool = True,
    **values: str,
) -> Iterator[Served]:
    """Run the API on a migrated database until the block ends; its output goes to a file.

    It is killed then, if it has not ended by itself before.
    """
    settings = {
        "DATABASE_URL": servers.postgres.url(database, "ims_app"),
        "REDIS_URL": servers.valkey.url,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    variables = environment(**settings | values)
    if is_killed:
        variables.pop(MEASURED, None)  # it would have no time to write its coverage down
    with (output or Path(os.devnull)).open("wb") as file:
        process = subprocess.Popen(  # our own command
            [sys.executable, "-m", "app.cli", "serve"],
            cwd=PROJECT,
            env=variables,
            stdout=file,
            stderr=file if output else None,
        )
    one = Served(f"http://127.0.0.1:{port}", process, servers, database)
    try:
        wait_until_live(one)
        yield one
    finally:
        process.kill()
        process.wait()


def wait_until_live(one: Served) -> None:
    """Wait until the process answers."""
    give_up = time.monotonic() + SECONDS_TO_START
    with httpx.Client(trust_env=False) as client:  # one: each makes a context of TLS
        while time.monotonic() < give_up:
            assert one.process.poll() is None, "the server has ended"
            try:
                client.get(f"{one.url}/health/live")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
    raise AssertionError("the server does not answer")

"""`ims dev`: everything comes up together, and nothing is left behind."""

import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.local.state import Servers, find_running
from tests.local.dev import Dev, processes_of, wait_until_gone

StartDev = Callable[..., Dev]
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


async def ask(servers: Servers, question: str) -> object:
    url = str(servers.migration_database_url).replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_it_prints_one_block_once_everything_answers(start_dev: StartDev) -> None:
    dev = start_dev()
    servers = dev.wait_until_running()

    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{servers.url}/health/ready")
    assert answer.json() == {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    assert await ask(servers, "SELECT current_database()") == "ims"
    assert dev.end(signal.SIGINT) == 0
    printed = dev.output.read_text()
    assert f"{servers.url}/api/v1" in printed
    assert f"{servers.url}/api/docs" in printed
    assert "pw-of-ann" in printed
    assert "Ctrl-C" in printed


def test_a_message_that_development_writes_is_told(start_dev: StartDev) -> None:
    dev = start_dev()
    dev.wait_until_running()
    message = dev.state_dir / "mail" / "20261122-120000-0123abcd.eml"
    message.parent.mkdir()
    message.write_text("To: ann@example.org\n\nhello\n")

    told = f"E-mail: {message}\n"
    give_up = time.monotonic() + 10
    while told not in dev.output.read_text():
        assert time.monotonic() < give_up, dev.output.read_text()
        time.sleep(0.05)


def test_the_demo_logins_are_published_with_the_present_address(start_dev: StartDev) -> None:
    dev = start_dev()
    servers = dev.wait_until_running()

    assert json.loads((dev.state_dir / "demo.json").read_text())["url"] == servers.url


def test_a_second_start_is_refused_with_the_address_of_the_first(start_dev: StartDev) -> None:
    servers = start_dev().wait_until_running()

    code, printed = start_dev().ended()

    assert code == 1
    assert "Already running" in printed
    assert servers.url in printed


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_stop_signal_leaves_no_process(number: signal.Signals, start_dev: StartDev) -> None:
    dev = start_dev()
    dev.wait_until_running()
    assert len(processes_of(dev.state_dir)) > 4, "would not see what is left"

    assert dev.end(number) == 0, dev.output.read_text()

    assert processes_of(dev.state_dir) == {}
    assert find_running(dev.state_dir) is None


@needs_proc
def test_a_terminal_that_hangs_up_ends_everything(start_dev: StartDev) -> None:
    ours, theirs = os.openpty()
    dev = start_dev(terminal=theirs)
    os.close(theirs)
    dev.wait_until_running()

    os.close(ours)

    assert dev.process.wait(20) == 0
    assert processes_of(dev.state_dir) == {}


@needs_proc
def test_a_stop_signal_while_starting_leaves_no_process(start_dev: StartDev) -> None:
    dev = start_dev()
    while "Starting PostgreSQL" not in dev.output.read_text():
        assert dev.process.poll() is None

    assert dev.end(signal.SIGTERM) == 0, dev.output.read_text()

    assert wait_until_gone(dev.state_dir, seconds=5) == {}


@needs_proc
async def test_kill_leaves_no_process_and_the_next_start_has_the_data(start_dev: StartDev) -> None:
    dev = start_dev()
    servers = dev.wait_until_running()
    await ask(servers, "CREATE TABLE kept AS SELECT 42 AS answer")

    dev.end(signal.SIGKILL)

    assert find_running(dev.state_dir) is None
    again = start_dev()  # at once, while the old servers may still be stopping
    assert await ask(again.wait_until_running(), "SELECT answer FROM kept") == 42
    again.end(signal.SIGKILL)
    assert wait_until_gone(dev.state_dir, seconds=15) == {}


@pytest.mark.parametrize("name", ["migrate", "seed", "serve", "worker"])
def test_a_process_that_ends_is_named_with_its_last_output(name: str, start_dev: StartDev) -> None:
    dev = start_dev(STAND_IN_FAILS=name)

    code, printed = dev.ended()

    assert code == 1
    assert f"{name} ended (exit code 3)" in printed
    assert f"{name} has a reason to fail" in printed
    assert wait_until_gone(dev.state_dir, seconds=5) == {}


def test_a_taken_port_is_reported_before_anything_starts(start_dev: StartDev) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        dev = start_dev(PORT=str(port))
        code, printed = dev.ended()

    assert code == 1
    assert f"Port {port}" in printed
    assert "Starting" not in printed


def test_named_servers_are_used_and_never_seeded(start_dev: StartDev) -> None:
    first = start_dev("first").wait_until_running()

    dev = start_dev(
        "second", DATABASE_URL=str(first.migration_database_url), REDIS_URL=first.redis_url
    )
    second = dev.wait_until_running()

    assert second.redis_url == first.redis_url
    assert second.migration_database_url == first.migration_database_url
    assert second.database_url.startswith("postgresql+asyncpg://ims_app:")
    assert "Seeding" not in dev.output.read_text()
    assert not (dev.state_dir / "postgres").exists()


def test_a_long_state_path_still_has_sockets(start_dev: StartDev) -> None:
    dev = start_dev("x" * 90)

    assert len(dev.wait_until_running().redis_url) < 120


def test_a_closed_home_stays_closed_and_its_data_is_kept(start_dev: StartDev, place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)

    dev = start_dev("home/state")
    dev.wait_until_running()
    dev.end(signal.SIGTERM)

    (told,) = (line for line in dev.output.read_text().splitlines() if line.startswith("  Data"))
    data = Path(told.split()[-1])
    try:
        assert home.stat().st_mode & 0o777 == 0o700
        assert (data / "PG_VERSION").exists()
    finally:
        if not data.is_relative_to(place):
            shutil.rmtree(data.parent)

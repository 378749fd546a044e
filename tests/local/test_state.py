"""The state directory: one supervisor at a time, found by others while it runs."""

from pathlib import Path

import pytest

from app.core.config import Settings
from app.local.address import address, choose_port
from app.local.databases import named_database
from app.local.demo import publish_demo_users
from app.local.errors import LocalServerError
from app.local.state import (
    Servers,
    app_role_password,
    find_running,
    held_lock,
    prepare_state_dir,
    write_servers,
)

SERVERS = Servers("http://127.0.0.1:8000", "postgresql://a/b", None, "unix:///s?db=0", 1)


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


def test_running_servers_are_found_only_while_the_lock_is_held(tmp_path: Path) -> None:
    assert find_running(tmp_path) is None
    with held_lock(tmp_path):
        assert find_running(tmp_path) is None
        write_servers(tmp_path, SERVERS)
        assert find_running(tmp_path) == SERVERS
    write_servers(tmp_path, SERVERS)  # as a killed supervisor leaves it
    assert find_running(tmp_path) is None


def test_a_held_lock_is_refused_to_others(tmp_path: Path) -> None:
    with (
        held_lock(tmp_path),
        pytest.raises(LocalServerError, match="IMS_STATE_DIR"),
        held_lock(tmp_path, seconds=0),
    ):
        pass
    with held_lock(tmp_path, seconds=0):
        pass


def test_the_password_of_the_application_role_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = app_role_password(tmp_path)

    assert len(first) > 30
    assert app_role_password(tmp_path) == first
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]


def test_the_addresses_are_private(tmp_path: Path) -> None:
    write_servers(tmp_path, SERVERS)

    assert (tmp_path / "servers.json").stat().st_mode & 0o777 == 0o600


def test_a_state_directory_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LocalServerError, match="state directory"):
        prepare_state_dir(tmp_path / "file" / "state")


def test_no_demo_file_means_no_demo_users(tmp_path: Path) -> None:
    assert publish_demo_users(tmp_path, "http://127.0.0.1:8000") == []


def test_a_privileged_address_alone_is_the_migrations(tmp_path: Path) -> None:
    privileged = "postgresql+asyncpg://postgres:pw@db.example:5433/ims?ssl=require"

    application, migration = named_database(settings(database_url=privileged), tmp_path)

    password = app_role_password(tmp_path)
    assert application == (
        f"postgresql+asyncpg://ims_app:{password}@db.example:5433/ims?ssl=require"
    )
    assert migration == privileged


def test_a_privileged_socket_address_without_a_role_keeps_its_path(tmp_path: Path) -> None:
    named = settings(database_url="postgresql+asyncpg:///ims?host=/run/postgresql")

    application, _ = named_database(named, tmp_path)

    assert application.endswith("@/ims?host=/run/postgresql")


def test_the_applications_own_address_alone_has_no_migrations(tmp_path: Path) -> None:
    own = "postgresql+asyncpg://ims_app:pw@db.example/ims"

    assert named_database(settings(database_url=own), tmp_path) == (own, None)


def test_production_derives_no_address(tmp_path: Path) -> None:
    privileged = "postgresql+asyncpg://postgres:pw@db.example/ims"
    production = settings(
        environment="production",
        database_url=privileged,
        redis_url="redis://cache.example/0",
        token_signing_key="a key",
        secret_keys="k" * 32,
        encryption_keys="another key",
        public_url="https://ims.example",
        unencrypted_services="postgresql,redis",
    )

    assert named_database(production, tmp_path) == (privileged, None)
    assert list(tmp_path.iterdir()) == []


def test_a_free_port_is_chosen_when_none_is_asked_for() -> None:
    assert choose_port("127.0.0.1", None) > 0
    assert choose_port("127.0.0.1", 0) > 0


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(LocalServerError, match="HOST"):
        choose_port("192.0.2.1", None)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104  # nothing is bound
        ("::", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_the_address_can_be_opened_on_this_machine(host: str, url: str) -> None:
    assert address(host, 80) == url

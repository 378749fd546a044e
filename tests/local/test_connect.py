"""How a command finds the servers of a `make run`."""

from pathlib import Path

import pytest

from app.core.config import Settings
from app.local.connect import connected_settings
from app.local.state import Servers, held_lock, write_servers

SERVERS = Servers("http://127.0.0.1:8000", "postgresql://a/run", None, "unix:///s?db=0", 1)


@pytest.mark.parametrize(
    ("named", "is_running", "found"),
    [
        (None, True, "postgresql://a/run"),
        ("postgresql://a/named", True, "postgresql://a/named"),
        ("postgresql://a/named", False, "postgresql://a/named"),
        (None, False, None),
    ],
)
def test_a_named_database_goes_before_the_running_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    named: str | None,
    is_running: bool,
    found: str | None,
) -> None:
    settings = Settings.model_validate({"ims_state_dir": tmp_path, "database_url": named})
    monkeypatch.setattr("app.local.connect.get_settings", lambda: settings)
    with held_lock(tmp_path):
        if is_running:
            write_servers(tmp_path, SERVERS)

        url = connected_settings().database_url

    assert (url and url.get_secret_value()) == found

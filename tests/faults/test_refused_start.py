"""What is not safe does not start: one clear line, and no secret in it."""

from pathlib import Path

import pytest

from app.local.throwaway import ThrowawayServers
from tests.conftest import Database
from tests.faults.served import MEASURED, run_command

PASSWORD = "kept-to-itself"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": f"postgresql+asyncpg://ims_app:{PASSWORD}@db.example/ims",
    "REDIS_URL": f"redis://:{PASSWORD}@cache.example/0",
    "TOKEN_SIGNING_KEY": PASSWORD,
}


def refused(*arguments: str, **values: str) -> str:
    """The one line that a command which does not start leaves behind."""
    ended = run_command(*arguments, **values)
    assert ended.returncode not in {0, None}
    printed = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
    assert len(printed) == 1, ended.stdout + ended.stderr
    assert "Traceback" not in printed[0]
    assert PASSWORD not in printed[0]
    return printed[0]


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"DEBUG": "true"}, "DEBUG"),
        ({"CORS_ORIGINS": "https://a.example,*"}, "CORS_ORIGINS"),
        ({"TOKEN_SIGNING_KEY": ""}, "TOKEN_SIGNING_KEY"),
        ({"TOKEN_SIGNING_KEY": "change-me"}, "TOKEN_SIGNING_KEY"),
        ({"DATABASE_URL": "postgresql+asyncpg://ims_app:change-me@db/ims"}, "DATABASE_URL"),
        ({"REDIS_URL": f"redis://:{PASSWORD}@cache.example/0"}, "REDIS_URL is not rediss://"),
        ({"DATABASE_URL": f"{PRODUCTION['DATABASE_URL']}?ssl=disable"}, "switches TLS off"),
        ({"TLS_CA_FILE": "/nonexistent/ca.pem"}, "TLS_CA_FILE"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
    ],
)
def test_production_refuses(
    command: str, values: dict[str, str], reason: str, tmp_path: Path
) -> None:
    unmeasured = {MEASURED: ""}  # the way of a refusal is that of the tests below
    line = refused(command, IMS_STATE_DIR=str(tmp_path), **PRODUCTION | values | unmeasured)

    assert reason.lower() in line.lower()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_role_that_passes_row_level_security_is_refused(
    command: str, own_servers: ThrowawayServers, own_database: Database, tmp_path: Path
) -> None:
    line = refused(
        command,
        IMS_STATE_DIR=str(tmp_path),
        DATABASE_URL=own_servers.postgres.url("ims"),
        REDIS_URL=own_servers.valkey.url,
        PORT="0",
    )

    assert "superuser" in line


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_missing_database_is_named(command: str, tmp_path: Path) -> None:
    assert "DATABASE_URL" in refused(command, IMS_STATE_DIR=str(tmp_path), PORT="0")

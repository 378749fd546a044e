"""The first administrator is made from a shell."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.config import Settings, process_environment
from tests.factories import PASSWORD, Client, unique

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return process_environment() | {
        "DATABASE_URL": settings.required_database_url,
        "REDIS_URL": settings.required_redis_url,
        "IMS_STATE_DIR": str(settings.ims_state_dir),
    }


def create_admin(
    environment: dict[str, str], username: str, email: str, password: str = PASSWORD
) -> subprocess.CompletedProcess[str]:
    names = ["--username", username, "--email", email, "--full-name", "Ada Lovelace"]
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", "create-admin", *names],
        cwd=PROJECT,
        env=environment,
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_administrator_logs_in_and_administers(
    environment: dict[str, str], client_for: Callable[..., Client]
) -> None:
    name = unique("ada")

    done = create_admin(environment, name, f"{name}@example.org")

    assert done.returncode == 0, done.stderr
    login = {"username": name, "password": PASSWORD}
    answer = (await client_for().post("/auth/login", json=login)).json()
    assert answer["user"]["is_system_admin"] is True


async def test_a_name_for_a_password_is_refused_in_a_line(environment: dict[str, str]) -> None:
    name = unique("ada")

    done = create_admin(environment, name, f"{name}@example.org", f"{name}{name}")

    assert done.returncode == 1
    assert done.stderr.startswith("ims: PASSWORD: This password is easily guessed")
    assert name not in done.stderr


async def test_a_taken_name_and_a_short_password_are_told_in_a_line(
    environment: dict[str, str],
) -> None:
    name = unique("ada")
    create_admin(environment, name, f"{name}@example.org")

    again = create_admin(environment, name.upper(), f"other-{name}@example.org")
    short = create_admin(environment, unique("ada"), f"{unique('ada')}@example.org", "too short")

    assert (again.returncode, again.stderr) == (1, "ims: Username is taken already\n")
    assert short.returncode == 1
    assert short.stderr.startswith("ims: PASSWORD:")
    assert "too short" not in short.stderr

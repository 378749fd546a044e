"""The second factor of a person who lost it is removed from a shell."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings, process_environment
from tests.factories import Make, unique
from tests.identity.totp.conftest import Person

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return process_environment() | {
        "DATABASE_URL": settings.required_database_url,
        "REDIS_URL": settings.required_redis_url,
        "IMS_STATE_DIR": str(settings.ims_state_dir),
    }


async def reset(environment: dict[str, str], name: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", "reset-second-factor", "--user", name],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_password_is_enough_afterwards(
    person: Person, environment: dict[str, str], admin_engine: AsyncEngine
) -> None:
    assert (await person.log_in()).status_code == 401

    done = await reset(environment, person.user.username.upper())

    assert done.returncode == 0, done.stderr
    assert (await person.log_in()).status_code == 200
    async with admin_engine.connect() as connection:
        statement = text("SELECT action, actor_id FROM app.system_events WHERE subject = :subject")
        events = await connection.execute(statement, {"subject": f"user:{person.user.id}"})
        assert ("second_factor.removed", None) in [tuple(event) for event in events]


async def test_what_cannot_be_done_is_told_in_a_line(
    make: Make, environment: dict[str, str]
) -> None:
    user, stranger = await make.user(), unique("nobody")

    none = await reset(environment, user.email)
    unknown = await reset(environment, stranger)

    assert (none.returncode, none.stderr) == (1, f"ims: {user.email} has no second factor\n")
    assert (unknown.returncode, unknown.stderr) == (1, f"ims: There is no user {stranger}\n")

"""The command as a shell runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.core.config import Settings, process_environment
from app.doctor.checks import CHECKS
from tests.conftest import MakeMigrated
from tests.doctor.test_settings import FIT
from tests.factories import Make
from tests.own_app import own_app

PROJECT = Path(__file__).parents[2]
PASSWORD = "kept-to-itself"


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return process_environment() | {
        "DATABASE_URL": settings.required_database_url,
        "REDIS_URL": settings.required_redis_url,
        "IMS_STATE_DIR": str(settings.ims_state_dir),
    }


def doctor(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", "doctor", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_each_check_has_a_line_and_a_warning_is_no_failure(
    environment: dict[str, str], settings: Settings, make_migrated: MakeMigrated
) -> None:
    # In the shared database there are values that were sealed with keys of other tests.
    async with own_app(make_migrated, settings) as own:
        await own.make.admin()
        url = own.api.state.settings.required_database_url

        done = doctor(environment | {"DATABASE_URL": url})

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert [line[9:27].rstrip() for line in lines] == [check.subject for check in CHECKS]
    assert lines[-1].endswith("Start one with `ims worker`: jobs and e-mails wait.")
    assert lines[-1].startswith("warning  worker ")


def test_what_is_wrong_is_an_exit_code_with_advice_and_without_a_secret(
    environment: dict[str, str],
) -> None:
    away = f"redis://:{PASSWORD}@127.0.0.1:1/0"

    done = doctor(environment | {"REDIS_URL": away}, "--json")

    found = {line["subject"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, done.stderr) == (1, "")
    assert found["Redis"]["verdict"] == "wrong"
    assert found["Redis"]["advice"].startswith("Check REDIS_URL")
    assert found["database"]["verdict"] == "ok"
    assert PASSWORD not in done.stdout


def test_what_production_refuses_is_told_in_a_line(environment: dict[str, str]) -> None:
    production = {name.upper(): value for name, value in FIT.items()} | {"DEBUG": "true"}

    done = doctor(environment | production)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "ims: refused in production: DEBUG is on\n"


async def test_a_user_and_an_interaction_are_explained(
    environment: dict[str, str], make: Make
) -> None:
    site = await make.site()
    row = await make.interaction(site, await make.member(site))
    user = await make.member(site)

    done = doctor(environment, "--user", user.email, "--interaction", str(row.id))

    assert (done.returncode, done.stderr) == (0, "")
    assert "refused  delete             An editor may delete only what they created" in done.stdout
    assert done.stdout.count("\n") == 8


@pytest.mark.parametrize(
    "options",
    [
        ["--user", "ada"],
        ["--interaction", "1"],
        ["--user", "ada", "--interaction", "1", "--site", "1"],
        ["--user", "ada", "--site", "0"],
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str]) -> None:
    assert CliRunner().invoke(app, ["doctor", *options]).exit_code == 2

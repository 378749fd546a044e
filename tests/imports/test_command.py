"""The command as a shell runs it."""

import asyncio
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.core.config import Settings, process_environment
from tests.desk import Desk
from tests.imports.importing import HEADER, line

ROOT = Path(__file__).parents[2]

_REQUIRED = ["--map", "title=title", "--map", "lead=who", "--map", "type:=CALL"]
MAPS = [*_REQUIRED, "--map", "description={who}: {title}", "--map", "external_id:=#row"]
TIMES = ["--map", "start_datetime=when", "--duration", "30"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


class Ims:
    """Runs `ims import interactions` against the database of the tests."""

    def __init__(self, settings: Settings, desk: Desk, folder: Path) -> None:
        assert settings.database_url
        self.folder = folder
        self.user = desk.user.username
        self.environment = process_environment() | {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "PYTHONPATH": str(ROOT),
        }

    async def __call__(self, path: Path, *options: str) -> tuple[int | None, str, str]:
        """The exit code and what was printed, to both streams."""
        command = ["-m", "app.cli", "import", "interactions", str(path), "--as", self.user]
        process = await asyncio.create_subprocess_exec(
            *[sys.executable, *command, *options],
            env=self.environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate()
        return process.returncode, output.decode(), errors.decode()


@pytest.fixture
def ims(settings: Settings, desk: Desk, tmp_path: Path) -> Ims:
    return Ims(settings, desk, tmp_path)


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")


async def test_a_file_is_imported_and_told_about(ims: Ims, desk: Desk, path: Path) -> None:
    write(path, line(""), line("", title="Dentist"), line("", title="DSA"))

    code, output, errors = await ims(path, *MAPS, *TIMES, "--site", desk.site.name)

    assert (code, errors) == (0, "")
    assert output.startswith("3 rows read: 2 written, 0 updated, 0 unchanged, 1 refused\n")
    assert "1  title: Title must be between 5 and 100 characters (too short)\n" in output
    assert f"The refused rows with their reasons: {path.with_name('rows.refused.csv')}" in output
    assert "Operation " in output
    assert " MB of memory" in output
    assert "Dentist" in await desk.titles()


async def test_a_dry_run_says_that_it_is_one(ims: Ims, desk: Desk, path: Path) -> None:
    write(path, line(""))

    code, output, _ = await ims(path, *MAPS, *TIMES, "--site", desk.site.name, "--dry-run")

    assert code == 0
    assert output.startswith("A dry run: nothing was written.")
    assert await desk.titles() == []


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([*MAPS, *TIMES], 2, "--site-column or --site"),
        ([*MAPS, *TIMES, "--site", "a", "--site-column", "site"], 2, "--site-column or --site"),
        ([*MAPS, "--site", "a"], 2, "Map end_datetime or give --duration"),
        ([*MAPS, *TIMES, "--map", "end_datetime=when", "--site", "a"], 2, "one of the two"),
        ([*MAPS, "--duration", "30", "--site", "a"], 2, "Not mapped, but required: start_datetime"),
        ([*MAPS, *TIMES, "--site-column", "Site"], 1, "There is no column 'Site'"),
        ([*MAPS, *TIMES, "--site", "a", "--map", "lead=who"], 1, "lead is mapped already"),
        ([*MAPS, *TIMES, "--site", "a", "--create-sites", "--site-zones", "no.csv"], 1, "no.csv"),
    ],
)
def test_options_that_are_of_no_use_are_told_before_the_database_is_asked(
    path: Path, options: list[str], code: int, message: str
) -> None:
    write(path, line("a"))

    result = CliRunner().invoke(app, ["import", "interactions", str(path), *options])

    assert result.exit_code == code, result.output
    assert message in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--site", "Nowhere"], "none of them is one of the user's"),
        (["--site", "a", "--refused", "rows.csv"], "it is the input"),
        (["--site", "a", "--refused", "no/where.csv"], "see --refused"),
    ],
)
async def test_what_cannot_be_done_ends_with_an_error_in_a_line(
    ims: Ims, path: Path, options: list[str], message: str
) -> None:
    write(path, line("a"))

    code, output, errors = await ims(path, *MAPS, *TIMES, *options)

    assert (code, output) == (1, "")
    assert errors.startswith("ims: ")
    assert message in errors
    assert errors.count("\n") == 1


async def test_a_database_that_is_away_is_told_in_a_line(ims: Ims, path: Path) -> None:
    write(path, line("a"))
    ims.environment["DATABASE_URL"] = "postgresql+asyncpg://ims_app@/none?host=/nowhere"

    code, _, errors = await ims(path, *MAPS, *TIMES, "--site", "a")

    assert code == 1
    assert errors.endswith("ims: The service is not available just now\n")

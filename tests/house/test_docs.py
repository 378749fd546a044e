"""README.md and docs/ name only what exists, and leave out no error code."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer

from app.access import ACCESS
from app.cli import app as ims
from app.core.config import Settings
from app.core.errors import AppError
from tests.starting import document

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
API_PAGE = ROOT / "docs" / "api.md"

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```|``(.+?)``|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"(?:(?:^ *|`)ims|-m app\.cli) ([a-z]+(?:-[a-z]+)*)\b", re.MULTILINE)
SETTING = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`")
ASSIGNMENT = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=\S")
FILE = re.compile(r"`((?:app|alembic|tests|requirements|docs)/[\w./*-]+)`")

NOT_OURS = {
    "API_PUBLISH",  # these are compose.yaml's
    "IMS_APP_PASSWORD",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "FORWARDED_ALLOW_IPS",  # uvicorn's
    "IMS_LOAD",  # the tests'
    "IMS_KEY",  # an example's
}
"""What looks like a setting and is none of the application's."""

on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def code_of(page: Path) -> str:
    """All that a page shows as code."""
    return "\n".join(match[0] for match in CODE.finditer(page.read_text(encoding="utf-8")))


def anchors_of(page: Path) -> set[str]:
    """The names that links can use for the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_names() -> set[str]:
    """The commands of `ims`, those that have further commands included."""
    click = typer.main.get_command(ims)
    return set(getattr(click, "commands", ()))


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+)(?: [a-z]+)*:", makefile, re.MULTILINE))


def missing(found: Iterable[str], exists: Callable[[str], object]) -> set[str]:
    """Those that do not exist."""
    return {name for name in found if not exists(name)}


@on_every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    def leads_somewhere(link: str) -> bool:
        parts = urlsplit(link)
        target = (page.parent / parts.path) if parts.path else page
        return target.exists() and (not parts.fragment or parts.fragment in anchors_of(target))

    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not missing([link for link in links if "://" not in link], leads_somewhere)


@on_every_page
def test_every_make_target_exists(page: Path) -> None:
    assert not missing(TARGET.findall(code_of(page)), make_targets().__contains__)


@on_every_page
def test_every_ims_command_exists(page: Path) -> None:
    assert not missing(COMMAND.findall(code_of(page)), command_names().__contains__)


@on_every_page
def test_every_setting_exists(page: Path) -> None:
    settings = {name.upper() for name in Settings.model_fields} | NOT_OURS
    text = page.read_text(encoding="utf-8")
    shown = SETTING.findall(text) + ASSIGNMENT.findall(code_of(page))
    assert not missing(shown, settings.__contains__)


@on_every_page
def test_every_file_exists(page: Path) -> None:
    files = FILE.findall(page.read_text(encoding="utf-8"))
    planned = {"app/visits", "app/models/visit.py"}  # the example of a feature to be added
    real = [name for name in files if not name.startswith(tuple(planned | {"tests/visits"}))]
    assert not missing(real, lambda name: any(ROOT.glob(name.rstrip("/"))))


def registered(error: type[AppError]) -> Iterator[type[AppError]]:
    """An error of the registry and all its special cases."""
    yield error
    for special in error.__subclasses__():
        if special.__module__ == AppError.__module__:
            yield from registered(special)


def test_every_error_code_is_explained() -> None:
    rows = {f"| {error.status} | `{error.code}` |" for error in registered(AppError)}

    assert not missing(rows, API_PAGE.read_text(encoding="utf-8").__contains__)


def test_every_operation_is_listed_with_who_may_call_it() -> None:
    rows = set()
    for path, methods in document()["paths"].items():
        shown = path.removeprefix("/api/v1") + (
            "" if path.startswith("/api/v1") else "` (no prefix)"
        )
        for method, operation in methods.items():
            who = ACCESS[operation["operationId"]].partition(";")[0]
            rows.add(f"| `{method.upper()} {shown}{'' if '`' in shown else '`'} | {who}")

    assert not missing(rows, API_PAGE.read_text(encoding="utf-8").__contains__)

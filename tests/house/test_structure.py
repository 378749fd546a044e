"""Rules of the house that no linter holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.core.http.routing import StrictRoute

ROOT = Path(__file__).parents[2]
MAX_LINES = 400

OF_APP = sorted((ROOT / "app").rglob("*.py"))
OF_TESTS = sorted((ROOT / "tests").rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's path from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def calls_in(paths: list[Path], name: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of a function or method of this name, each with its file."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _last_part(node.func) == name:
                yield name_of(path), node


def files_with(paths: list[Path], word: str) -> set[str]:
    """The files that hold a word in their code; their comments and texts do not count."""
    return {
        name_of(path)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if word in (_last_part(node), *_imported(node))
    }


def _last_part(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        return names | {(node.module or "").partition(".")[0]}
    return set()


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    lengths = {name_of(path): path.read_text().count("\n") for path in [*OF_APP, *OF_TESTS]}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_transactions_are_committed_in_one_place() -> None:
    found = {name for name, _ in calls_in(OF_APP, "commit")}
    assert found <= {"app/core/database.py", "app/tenancy/session.py"}
    assert "app/core/database.py" in found  # or this test looks for the wrong thing


def test_no_value_is_written_into_sql() -> None:
    built = [
        f"{name}:{call.lineno}"
        for name, call in calls_in(OF_APP, "text")
        if call.args and not isinstance(call.args[0], ast.Constant)
    ]
    assert built == []


def test_only_the_settings_read_the_environment() -> None:
    for word in ("environ", "getenv", "putenv"):
        assert files_with(OF_APP, word) <= {"app/core/config.py"}
    assert files_with(OF_APP, "environ") == {"app/core/config.py"}


def test_only_one_module_reads_tokens() -> None:
    assert files_with(OF_APP, "jose") == {"app/auth/tokens.py"}


def test_the_folder_of_the_revisions_is_no_package() -> None:
    # It would hide the library of the same name.
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_every_route_of_the_api_is_strict(api: FastAPI) -> None:
    routes = {
        context.path_format: context.original_route
        for context in iter_route_contexts(api.routes)
        if context.path_format and context.path_format.startswith("/api/v1")
    }
    assert routes
    assert [path for path, route in routes.items() if not isinstance(route, StrictRoute)] == []


def test_endpoints_live_in_the_modules_that_the_import_rules_know_as_routers(api: FastAPI) -> None:
    modules = {
        context.endpoint.__module__
        for context in iter_route_contexts(api.routes)
        if context.path_format and context.path_format.startswith("/api/v1")
    }
    rules = (ROOT / "pyproject.toml").read_text()
    assert [
        module
        for module in modules
        if not module.endswith(".router") and f'"{module}"' not in rules
    ] == []

"""Generators of clients take the document, in Python and in TypeScript, and have nothing to say.

They are no dependencies of the project: each is installed for its test, at one version, and without
a registry the test is skipped.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PYTHON_GENERATOR = "openapi-python-client==0.29.1"
TYPESCRIPT_GENERATOR = "openapi-typescript@7.13.0"
# It knows no JSON Lines: its settings say what to take them for.
SETTINGS = """
content_type_overrides: {application/jsonl: application/octet-stream}
post_hooks: []
"""
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def run(command: Sequence[object], place: Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; what it says is kept."""
    return subprocess.run(  # noqa: S603 - programs that are named below
        [str(part) for part in command],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def install(command: Sequence[object], place: Path) -> None:
    """Install something, or skip the test with what kept it from being installed."""
    done = run(command, place)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
        pytest.skip(f"{command[-1]} cannot be installed: {said[-1]}")


def test_openapi_python_client_makes_a_client_without_a_warning(tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    generator = tmp_path / "venv" / "bin" / "openapi-python-client"
    install([uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], tmp_path)
    target = ["--python", tmp_path / "venv" / "bin" / "python"]
    install([uv, "pip", "install", "--quiet", *target, PYTHON_GENERATOR], tmp_path)
    (tmp_path / "settings.yml").write_text(SETTINGS)

    options = ["--config", "settings.yml", "--fail-on-warning", "--meta", "none"]
    made = run(
        [generator, "generate", "--path", DOCUMENT, *options, "--output-path", "ims"], tmp_path
    )

    assert made.returncode == 0, made.stdout + made.stderr
    compiled = run([sys.executable, "-m", "compileall", "-q", tmp_path / "ims"], tmp_path)
    assert compiled.returncode == 0, compiled.stdout


def test_openapi_typescript_makes_types(tmp_path: Path) -> None:
    if (npm := shutil.which("npm")) is None:
        pytest.skip("there is no npm here")
    install([npm, "install", "--silent", "--no-audit", "--no-fund", TYPESCRIPT_GENERATOR], tmp_path)

    generator = tmp_path / "node_modules" / ".bin" / "openapi-typescript"
    made = run([generator, DOCUMENT, "--output", "ims.d.ts"], tmp_path)

    assert made.returncode == 0, made.stderr
    assert "warn" not in (made.stdout + made.stderr).lower()
    assert "searchInteractions" in (tmp_path / "ims.d.ts").read_text(encoding="utf-8")

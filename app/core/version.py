"""The version of this service: pyproject.toml states it, once."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@cache
def service_version() -> str:
    """The version, from the project file of a checkout, or else of the installed package."""
    if _PROJECT.exists():
        stated: str = tomllib.loads(_PROJECT.read_text())["project"]["version"]
        return stated
    try:
        return version("interaction-management")
    except PackageNotFoundError:
        return "0"

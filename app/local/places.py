"""Where the servers keep data and sockets: in the state directory, wherever that works."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.local.account import Account, may_enter, server_account
from app.local.errors import LocalServerError

SHARED = Path("/var/lib/ims-local")
"""Root's place for what an unprivileged account must reach while the home folder is closed."""

LONGEST_SOCKET_PATH = 103
"""Bytes; Linux takes 107, macOS 103."""

LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
"""Paths that need no quoting in an URL, about which drivers disagree."""


class Places(NamedTuple):
    """The folder of the database's files and the folder of the sockets."""

    data: Path
    sockets: Path


def choose_places(state_dir: Path) -> Places:
    """The same places at each start, so that data is found again and old sockets are replaced."""
    account = server_account(state_dir / "postgres")
    name = hashlib.sha256(os.fsencode(state_dir)).hexdigest()[:12]
    home = state_dir if may_enter(state_dir, account) else shared_folder(name)
    sockets = home / "sockets"
    if not fits_socket(sockets):
        sockets = _short_folder(name, account)
    return Places(home / "postgres", sockets)


def remove_sockets(places: Places) -> None:
    """Remove the sockets' folder, and the one made for it alone."""
    shutil.rmtree(places.sockets, ignore_errors=True)
    with suppress(OSError):  # it holds more than that
        places.sockets.parent.rmdir()


def fits_socket(folder: Path) -> bool:
    """Whether sockets in this folder can be addressed."""
    length = len(os.fsencode(folder)) + LONGEST_SOCKET_NAME
    return length <= LONGEST_SOCKET_PATH and bool(PLAIN_PATH.fullmatch(str(folder)))


def temporary_root(account: Account | None) -> Path:
    """A folder for temporary files that the account can reach and sockets fit into."""
    for folder in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  # names are checked
        if may_enter(folder, account) and fits_socket(folder / ("x" * 40)):
            return folder
    raise LocalServerError("No usable folder for temporary files: set TMPDIR to one")


def shared_folder(name: str) -> Path:
    """A folder that root alone can write to and every account can enter.

    Raises:
        LocalServerError: Somebody else could write to it.
    """
    for folder in (SHARED, SHARED / name):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise LocalServerError(f"{folder} should be a folder that root alone can write to")
    return SHARED / name


def _short_folder(name: str, account: Account | None) -> Path:
    if account:
        return shared_folder(name) / "sockets"
    return temporary_root(None) / f"ims-{os.geteuid()}-{name}"

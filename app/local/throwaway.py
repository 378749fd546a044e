"""Servers for the length of a test run, in a temporary folder."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.local.account import server_account
from app.local.errors import LocalServerError
from app.local.places import temporary_root
from app.local.postgres import LocalPostgres
from app.local.state import held_lock
from app.local.valkey import LocalValkey

PREFIX = "ims-throwaway-"
SECONDS_TO_TAKE_LOCK = 60


class ThrowawayServers(NamedTuple):
    """A database that forgets faster than it promises, and a Valkey beside it."""

    postgres: LocalPostgres
    valkey: LocalValkey


@contextmanager
def throwaway_servers() -> Iterator[ThrowawayServers]:
    """Start both servers, and in the end stop them and remove what they wrote."""
    root = temporary_root(server_account(Path("/nonexistent")))
    _sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # the servers' account must get through
    sockets = folder / "sockets"
    servers = ThrowawayServers(
        LocalPostgres(folder / "postgres", sockets, durable=False), LocalValkey(sockets)
    )
    try:
        with held_lock(folder):
            servers.postgres.start()
            servers.valkey.start()
            yield servers
    finally:
        servers.valkey.stop()
        servers.postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path) -> None:
    """Remove the folders of test runs that were killed."""
    long_ago = time.time() - SECONDS_TO_TAKE_LOCK
    for folder in root.glob(f"{PREFIX}*"):
        try:
            found = folder.lstat()
        except FileNotFoundError:
            continue  # another run was faster
        if found.st_uid != os.geteuid() or found.st_mtime > long_ago:
            continue
        try:
            with held_lock(folder, seconds=0):
                shutil.rmtree(folder, ignore_errors=True)
        except LocalServerError:
            continue  # still in use

"""The state directory: who runs here, at which addresses, and what is generated once."""

import dataclasses
import fcntl
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from app.local.errors import LocalServerError

LOCK, SERVERS, APP_ROLE_PASSWORD = "lock", "servers.json", "app-role-password"


@dataclasses.dataclass(frozen=True)
class Servers:
    """The addresses of a running `ims dev`; the migration one is missing where nobody named one."""

    url: str
    database_url: str
    migration_database_url: str | None
    redis_url: str
    supervisor_pid: int


def find_running(state_dir: Path) -> Servers | None:
    """The servers of this state directory, or None when nothing runs there.

    Raises:
        LocalServerError: The directory is another user's.
    """
    try:
        with (state_dir / LOCK).open() as lock:
            if _try_lock(lock.fileno(), fcntl.LOCK_SH):
                return None  # the file below would be what a killed supervisor left
        return Servers(**json.loads((state_dir / SERVERS).read_text()))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise _not_ours(state_dir) from error


def write_servers(state_dir: Path, servers: Servers) -> None:
    """Tell other commands where the servers are."""
    write_private(state_dir / SERVERS, json.dumps(dataclasses.asdict(servers), indent=2) + "\n")


def prepare_state_dir(path: Path) -> Path:
    """Make the state directory and return its absolute path.

    Raises:
        LocalServerError: It cannot be made.
    """
    state_dir = path.resolve()
    if not state_dir.is_dir():
        try:
            state_dir.mkdir(parents=True)
        except OSError as error:
            raise LocalServerError(f"Cannot make the state directory: {error}") from error
        # Root's servers run under another account, which must get through to its own folders.
        state_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return state_dir


@contextmanager
def held_lock(state_dir: Path, *, seconds: float = 1) -> Iterator[None]:
    """Hold the state directory; the lock ends with this process, however that ends.

    Raises:
        LocalServerError: Another process holds it, or it is another user's.
    """
    with _open_lock(state_dir) as lock:
        if not _lock_within(lock.fileno(), seconds=seconds):
            raise LocalServerError(_already_running(state_dir))
        (state_dir / SERVERS).unlink(missing_ok=True)
        try:
            yield
        finally:
            (state_dir / SERVERS).unlink(missing_ok=True)


def app_role_password(state_dir: Path) -> str:
    """The generated password of the application's role, the same at each call."""
    path = prepare_state_dir(state_dir) / APP_ROLE_PASSWORD
    if not path.exists():
        draft = write_private(path.with_suffix(f".{os.getpid()}"), secrets.token_urlsafe(32))
        with suppress(FileExistsError):  # another process was faster: its password counts
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def write_private(path: Path, text: str) -> Path:
    """Write a file for our own eyes, whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:  # mode 0600
        draft.write(text)
    return Path(draft.name).replace(path)


def _open_lock(state_dir: Path) -> TextIO:
    path = state_dir / LOCK
    try:
        path.touch(mode=0o600)
        return path.open("a")
    except PermissionError as error:
        raise _not_ours(state_dir) from error


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_within(descriptor: int, *, seconds: float) -> bool:
    # Somebody who merely looks whether we run holds the lock too, for a moment.
    give_up = time.monotonic() + seconds
    while not _try_lock(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def _not_ours(state_dir: Path) -> LocalServerError:
    return LocalServerError(f"{state_dir} belongs to another user: set IMS_STATE_DIR")


def _already_running(state_dir: Path) -> str:
    servers = find_running(state_dir)
    where = f" at {servers.url} (process {servers.supervisor_pid})" if servers else ""
    return f"Already running in {state_dir}{where}. For a second one set IMS_STATE_DIR."

"""A PostgreSQL server of our own, from the programs in a wheel, on a socket only."""

import shutil
import signal
import sys
import time
from pathlib import Path

from app.local.account import Account, may_enter, private_folder, server_account
from app.local.binaries import postgres_programs
from app.local.errors import LocalServerError
from app.local.places import fits_socket
from app.local.process import (
    Process,
    command_line,
    last_output,
    run_to_end,
    server_environment,
    start,
    stop,
    stop_by_number,
)

SUPERUSER = "ims_admin"
# UTF-8 character classes are what the search for words in any language needs; macOS has another
# name for them.
CHARACTER_CLASSES = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 8
READY_LINE = 7
"""The line of postmaster.pid, counted from 0, that says `ready`."""

UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class LocalPostgres:
    """A server whose socket folder is open to its own account alone, so it asks no password."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, durable: bool) -> None:
        self.data_dir = data_dir
        self.socket_dir = socket_dir
        self.durable = durable
        self.log = data_dir.with_name(data_dir.name + ".log")
        self.process: Process | None = None

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """The address of a database for SQLAlchemy with asyncpg."""
        return f"postgresql+asyncpg://{user}@/{database}?host={self.socket_dir}"

    def start(self) -> Process:
        """Start the server, creating its data the first time, and wait until it answers.

        Raises:
            LocalServerError: It cannot be started; the message has its last output.
        """
        if not fits_socket(self.socket_dir):
            raise LocalServerError(f"{self.socket_dir} is too long or too odd for a socket's path")
        account = server_account(self.data_dir)
        programs = postgres_programs(account)
        private_folder(self.socket_dir, account)
        if (self.data_dir / "PG_VERSION").exists():
            self._end_predecessor()
        else:
            self._create(programs, account)
        self.process = start(
            [programs / "postgres", "-D", self.data_dir, *self._options()],
            log=self.log,
            environment=server_environment(),
            end_signal=signal.SIGINT,
            account=account,
        )
        self._wait_until_ready(self.process)
        return self.process

    def stop(self) -> None:
        """Stop the server; sessions still open are ended."""
        if self.process:
            stop([self.process], end_signal=signal.SIGINT, seconds=SECONDS_TO_STOP)
            self.process = None

    def _options(self) -> list[str]:
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket_dir}",
            "unix_socket_permissions=0700",
            *(() if self.durable else UNSAFE_BUT_FAST),
        ]
        return [part for option in options for part in ("-c", option)]

    def _create(self, programs: Path, account: Account | None) -> None:
        unfinished = self.data_dir.with_name(self.data_dir.name + ".new")
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        if not may_enter(unfinished.parent, account):
            raise LocalServerError(f"The server's account cannot reach {unfinished.parent}")
        shutil.rmtree(unfinished, ignore_errors=True)  # of a start that was cut off
        private_folder(unfinished, account)
        command = [str(programs / "initdb"), *self._new_data_options(unfinished)]
        if (
            run_to_end(command, log=self.log, environment=server_environment(), account=account)
            != 0
        ):
            raise self._failure("cannot create its data")
        unfinished.rename(self.data_dir)

    def _new_data_options(self, data_dir: Path) -> list[str]:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options = ["-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--no-instructions"]
        sync = [] if self.durable else ["--no-sync"]
        return ["-D", str(data_dir), *options, *locale, f"--lc-ctype={CHARACTER_CLASSES}", *sync]

    def _end_predecessor(self) -> None:
        """Wait for a server that its killed supervisor left in the middle of stopping."""
        pid = self._recorded_pid()
        if pid is None:
            return
        if str(self.data_dir) not in command_line(pid):
            # Nobody's number, or another process's, which PostgreSQL would take for a server.
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
            return
        stop_by_number(pid, end_signal=signal.SIGINT, seconds=SECONDS_TO_STOP)

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _wait_until_ready(self, process: Process) -> None:
        give_up = time.monotonic() + SECONDS_TO_START
        while not self._is_ready(process.pid):
            if process.poll() is not None:
                raise self._failure("ended while starting")
            if time.monotonic() > give_up:
                self.stop()
                raise self._failure(f"did not answer within {SECONDS_TO_START} s")
            time.sleep(0.02)

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self.data_dir / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"
        except (FileNotFoundError, IndexError):
            return False

    def _failure(self, what: str) -> LocalServerError:
        return LocalServerError(
            f"PostgreSQL {what}. Its last output ({self.log}):\n{last_output(self.log)}"
        )

"""Starting and ending processes so that none outlives the one that started it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.core.config import process_environment
from app.local import child
from app.local.account import Account
from app.local.errors import LocalServerError

Process = subprocess.Popen[bytes]


class Watched(NamedTuple):
    """A process that should not end before we say so, and where it writes."""

    name: str
    process: Process
    log: Path


def server_environment() -> dict[str, str]:
    """What the servers see of our environment: nothing that changes them, and none of its secrets.

    The library path is for the Python that starts them.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    given = {name: value for name, value in process_environment().items() if name in kept}
    return given | {"LC_ALL": "C", "TZ": "UTC"}


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    end_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> Process:
    """Start a program in a session of its own, its output going to a new log.

    Its own session, so that Ctrl-C reaches the supervisor alone, which ends things in order.

    Raises:
        RuntimeError: Called from a thread: the program would end with it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Processes are started by the main thread")
    uid, gid = account or (child.KEEP_ACCOUNT, child.KEEP_ACCOUNT)
    numbers = [str(number) for number in (os.getpid(), int(end_signal), uid, gid)]
    log.unlink(missing_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        return subprocess.Popen(  # noqa: S603  # our own programs and arguments
            [sys.executable, "-I", "-S", str(child.__file__), *numbers, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd="/" if account else None,  # the account may not be allowed where we are
            start_new_session=True,
        )


def run_to_end(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
) -> int:
    """Run a program and return its exit code."""
    process = start(command, log=log, environment=environment, account=account)
    try:
        return process.wait()
    finally:
        stop([process])


def stop(
    processes: Sequence[Process],
    *,
    end_signal: signal.Signals = signal.SIGTERM,
    seconds: float = 6,
) -> None:
    """Ask processes to end, all at once, and end those by force that have not after some time."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(end_signal)
    for process in processes:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def stop_by_number(pid: int, *, end_signal: signal.Signals, seconds: float) -> None:
    """End a process that is not our child.

    Raises:
        LocalServerError: It does not end.
    """
    give_up = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        os.kill(pid, end_signal)
    while command_line(pid):
        if time.monotonic() > give_up:
            raise LocalServerError(f"Process {pid} of an earlier start does not end")
        time.sleep(0.05)


def command_line(pid: int) -> str:
    """What a process was started as; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:  # no such process, or no such file system
        shown = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            check=False,
        )
        return shown.stdout.decode()


def last_output(log: Path, *, lines: int = 20) -> str:
    """The end of a log, indented."""
    try:
        text = log.read_text(errors="replace")
    except FileNotFoundError:
        return "    (nothing)"
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (nothing)"

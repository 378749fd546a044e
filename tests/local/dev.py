"""The supervisor in a process of its own, and what can be seen of it from outside."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from app.core.config import process_environment
from app.local.state import Servers, find_running

ROOT = Path(__file__).parents[2]
STAND_IN = (str(Path(__file__).with_name("supervised.py")),)
THE_REAL_THING = ("-m", "app.cli", "dev")
NOT_INHERITED = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "HOST", "IMS_SEED")


class Dev:
    """A supervisor under test, with the stand-in or the real application behind it.

    Its output goes to a file or terminal.
    """

    def __init__(
        self,
        state_dir: Path,
        environment: dict[str, str],
        terminal: int | None,
        command: tuple[str, ...] = STAND_IN,
    ) -> None:
        self.state_dir = state_dir
        given = {k: v for k, v in process_environment().items() if k not in NOT_INHERITED}
        # Any port, since other tests start supervisors at the same time.
        given |= {"IMS_STATE_DIR": str(state_dir), "PYTHONPATH": str(ROOT), "PORT": "0"}
        given |= environment
        self.output = state_dir.with_name(f"{state_dir.name}-{time.monotonic_ns()}.txt")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603  # our own script
                [sys.executable, *command],
                env=given,
                cwd=state_dir.parent,
                stdout=output if terminal is None else terminal,
                stderr=subprocess.STDOUT,
            )

    def wait_until_running(self) -> Servers:
        """The addresses, once it has told them."""
        give_up = time.monotonic() + 60
        while (servers := find_running(self.state_dir)) is None:
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < give_up, self.output.read_text()
            time.sleep(0.05)
        return servers

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def ended(self) -> tuple[int, str]:
        """The exit code and all that was printed, once it has ended by itself."""
        code = self.process.wait(60)
        return code, self.output.read_text()


def processes_of(folder: Path) -> dict[int, str]:
    """The processes that work in a folder, or were told of it; ended ones show nothing of it."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            shown = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if str(folder).encode() in shown + bytes((entry / "cwd").readlink()):
                found[int(entry.name)] = (entry / "cmdline").read_text()
    return found


def wait_until_gone(folder: Path, *, seconds: float) -> dict[int, str]:
    """The processes that are left when the time is over; none as soon as there are none."""
    give_up = time.monotonic() + seconds
    while (left := processes_of(folder)) and time.monotonic() < give_up:
        time.sleep(0.1)
    return left

"""A real worker process, which a test may kill."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.local.throwaway import ThrowawayServers
from tests.faults.served import PROJECT, environment


@dataclass
class WorkerProcess:
    """A worker, or the one that took its place."""

    settings: dict[str, str]
    output: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start one; it takes a moment until it works."""
        with self.output.open("ab") as file:
            self.process = subprocess.Popen(  # our own command
                [sys.executable, "-m", "app.cli", "worker"],
                cwd=PROJECT,
                env=environment(**self.settings),
                stdout=file,
                stderr=file,
            )

    def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def worker_process(
    servers: ThrowawayServers, database: str, state_dir: Path, **values: str
) -> Iterator[WorkerProcess]:
    """A worker that has not been started, and does not run when the block is left."""
    settings = {
        "DATABASE_URL": servers.postgres.url(database, "ims_app"),
        "REDIS_URL": servers.valkey.url,
        "IMS_STATE_DIR": str(state_dir),
    }
    worker = WorkerProcess(settings | values, state_dir / "worker.log")
    try:
        yield worker
    finally:
        if worker.process is not None:
            worker.process.kill()
            worker.process.wait()

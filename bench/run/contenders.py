"""The three servers: processes of their own, one worker each, on ports of this machine alone."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.config import Settings
from app.local.errors import LocalServerError
from app.local.process import Process, last_output, server_environment, start, stop
from bench.cases.case import Contender
from bench.database.servers import Servers

SECONDS_TO_START = 30
HOST = "127.0.0.1"
POOL_SIZE = int(Settings.model_fields["database_pool_size"].default)
"""The service's default, given to all three."""

SERVED = (Contender.OURS, Contender.RAW, Contender.IDIOMATIC)
NO_LIMITS = {
    f"RATE_LIMIT_{name}": "0" for name in ("AUTH", "ANONYMOUS", "SEARCH", "DEFAULT", "JOBS")
}


@dataclass(frozen=True, slots=True)
class Server:
    """A started server."""

    port: int
    process: Process


@contextmanager
def started_contenders(
    servers: Servers, database: str, which: tuple[Contender, ...] = SERVED
) -> Iterator[dict[Contender, Server]]:
    """Start all three, or those asked for, and stop them in the end."""
    processes: list[Process] = []
    contenders: dict[Contender, Server] = {}
    try:
        for contender in which:
            server, log = _start(contender, servers, database)
            processes.append(server.process)
            contenders[contender] = server
            _wait(server, log)
        yield contenders
    finally:
        stop(processes)


def _start(contender: Contender, servers: Servers, database: str) -> tuple[Server, Path]:
    logs = servers.folder / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    log, port = logs / f"{contender}.log", _free_port()
    if contender is Contender.OURS:
        command = [sys.executable, "-m", "app.cli", "serve"]
        environment = _settings(servers, database, port)
    else:
        sockets = str(servers.postgres.socket_dir)
        command = [sys.executable, "-m", "bench.references", contender.value]
        command += [sockets, database, str(POOL_SIZE), str(port)]
        environment = {}
    process = start(command, log=log, environment=server_environment() | environment)
    return Server(port, process), log


def _settings(servers: Servers, database: str, port: int) -> dict[str, str]:
    """The service as it comes, but without rate limits, which the references lack."""
    return {
        "DATABASE_URL": servers.postgres.url(database, "ims_app"),
        "REDIS_URL": servers.valkey.url,
        "IMS_STATE_DIR": str(servers.folder),
        "HOST": HOST,
        "PORT": str(port),
        **NO_LIMITS,
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait(server: Server, log: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up and server.process.poll() is None:
        with socket.socket() as connection:
            if connection.connect_ex((HOST, server.port)) == 0:
                return
        time.sleep(0.05)
    raise LocalServerError(f"A server does not start. Its last output:\n{last_output(log)}")

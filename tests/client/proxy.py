"""A proxy that loses what it is told to lose; one request a connection."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit


class Fate(Enum):
    """What becomes of a request."""

    PASSED_ON = auto()
    LOST = auto()
    """The service never hears of it."""

    UNANSWERED = auto()
    """The service has done it, and the answer is lost."""

    CUT = auto()
    """The answer breaks off in the middle of its body."""

    BUSY = auto()
    """It is refused for now."""


BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nRetry-After: 0\r\n"
    b"Content-Length: 9\r\nConnection: close\r\n\r\n<p>later\n"
)


@dataclass
class Proxy:
    """Where it listens, what is to become of the next requests, and which have come.

    Attributes:
        fates: Of the requests that `about` is in the first line of; others are passed on.
        seen: The head of each request.
    """

    url: str = ""
    about: str = ""
    fates: deque[Fate] = field(default_factory=deque)
    seen: list[str] = field(default_factory=list)

    def will(self, *fates: Fate, about: str = "") -> None:
        """Say what is to become of the next requests."""
        self.about, self.fates = about, deque(fates)

    def asked_for(self, line: str) -> list[str]:
        """The heads of the requests whose first line begins so."""
        return [head for head in self.seen if head.startswith(line)]

    def fate_of(self, head: str) -> Fate:
        """What becomes of a request that has come."""
        self.seen.append(head)
        is_meant = self.about in head.partition("\r\n")[0]
        return self.fates.popleft() if self.fates and is_meant else Fate.PASSED_ON


@asynccontextmanager
async def proxy_before(url: str) -> AsyncIterator[Proxy]:
    """Have one listen before a service."""
    place = urlsplit(url)
    proxy = Proxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await _request(reader)
            fate = proxy.fate_of(head.decode("latin-1"))
            if fate is Fate.BUSY:
                writer.write(BUSY)
            elif fate is not Fate.LOST:
                answer = await _forward(place.port or 80, head, body)
                writer.write(_as_fated(answer, fate))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            await _close(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield proxy


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        ),
        0,
    )
    return head, await reader.readexactly(length)


async def _forward(port: int, head: bytes, body: bytes) -> bytes:
    """The whole answer of the service."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    writer.write(b"\r\n".join([kept[0], b"Connection: close", *kept[1:]]) + body)
    try:
        return await reader.read()
    finally:
        await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def _as_fated(answer: bytes, fate: Fate) -> bytes:
    if fate is Fate.UNANSWERED:
        return b""
    if fate is Fate.CUT:
        begin = answer.index(b"\r\n\r\n") + 4
        return answer[: begin + (len(answer) - begin) // 2]
    return answer

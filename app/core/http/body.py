"""Request bodies: their size and media type, before anything reads them."""

from collections.abc import Awaitable, Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import PayloadTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 256 * 1024

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"


class BodyMiddleware:
    """Hand on bodies that are small enough and JSON; refuse others.

    A body is collected here and handed on in one piece, which bounds what a request can make us
    hold. At the paths that are allowed more, it is streamed and counted instead, and may be of any
    media type.
    """

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = larger

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request on, if its body may pass.

        Raises:
            PayloadTooLarge: The body is larger than the path takes.
            UnsupportedMediaType: The body is not JSON.
        """
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "content-length" in headers or "transfer-encoding" in headers:
            return self._with_body(scope, receive, send, headers)
        return self.app(scope, receive, send)

    async def _with_body(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers
    ) -> None:
        limit = self.larger.get(scope["path"])
        _refuse_announced(headers, limit or MAX_BODY_BYTES)
        if limit is None:
            receive = await _collected(scope, receive, headers)
        else:
            receive = _counted(receive, limit)
        await self.app(scope, receive, send)


def _refuse_announced(headers: Headers, limit: int) -> None:
    """Refuse by Content-Length alone, so that the client need not send what we will not read."""
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > limit:
        raise PayloadTooLarge(f"The request body is larger than {limit} bytes")


async def _collected(scope: Scope, receive: Receive, headers: Headers) -> Receive:
    body = await _read(receive)
    if body and scope["method"] not in _SAFE_METHODS:
        _require_json(scope["method"], headers.get("content-type", ""))
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, is_more = 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY_BYTES:
            raise PayloadTooLarge(f"The request body is larger than {MAX_BODY_BYTES} bytes")
        is_more = message.get("more_body", False)
    return b"".join(chunks)


def _require_json(method: str, content_type: str) -> None:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == _JSON or (media_type == _MERGE_PATCH and method == "PATCH"):
        return
    also = f" or {_MERGE_PATCH}" if method == "PATCH" else ""
    raise UnsupportedMediaType(f"The request body must be {_JSON}{also}")


def _counted(receive: Receive, limit: int) -> Receive:
    size = 0

    async def count() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise PayloadTooLarge(f"The request body is larger than {limit} bytes")
        return message

    return count

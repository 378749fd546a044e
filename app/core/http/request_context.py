"""Who asked what, and how it went: the request id and the access log."""

import os
import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.addresses import mask_address
from app.core.http.route_table import served_route
from app.core.log_context import log_context

CLIENT_CLOSED_REQUEST = 499
"""What the log shows for a request whose client left before the answer; it is never sent."""

_ACCEPTABLE_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")

logger = structlog.get_logger()


class RequestContextMiddleware:
    """Give each request an id, put it into every log line and the answer, and log the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request within its context."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        raw_id = request_id.encode()
        client = scope.get("client")
        address = mask_address(client[0] if client else None)
        method, status, started_at = scope["method"], CLIENT_CLOSED_REQUEST, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", raw_id)]
            await send(message)

        with log_context({"request_id": request_id, "address": address, "user_id": None}):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                logger.info(
                    "request",
                    method=method,
                    route=_route(scope),
                    status=status,
                    duration_ms=round((time.perf_counter() - started_at) * 1000, 1),
                )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTABLE_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(16).hex()


def _route(scope: Scope) -> str:
    """Never the query string: it is what people searched for."""
    route = served_route(scope)
    if route:
        return route.template
    path: str = scope["path"]
    return path[:200]

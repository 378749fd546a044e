"""Paths without a version lead to the current one."""

from collections.abc import Awaitable
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.http.route_table import allowed_methods

UNVERSIONED = "/api/"
CURRENT = "/api/v1/"


class UnversionedRedirectMiddleware:
    """Answer 308 with the current version's path, where that path exists."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Redirect a request, or pass it on."""
        path = scope.get("path", "")
        if path.startswith(UNVERSIONED) and not path.startswith(CURRENT):
            versioned = CURRENT + path.removeprefix(UNVERSIONED)
            if scope["type"] == "http" and allowed_methods(scope["app"], versioned):
                response = Response(status_code=308, headers={"Location": _url(versioned, scope)})
                return response(scope, receive, send)
        return self.app(scope, receive, send)


def _url(path: str, scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return f"{quote(path)}?{query.decode('latin-1')}" if query else quote(path)

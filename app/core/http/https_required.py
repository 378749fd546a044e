"""What came unencrypted is refused before anything reads its credentials."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.errors import HttpsRequired
from app.core.http.answers import error_response

_EXEMPT = ("/health/", "/metrics")


class HttpsRequiredMiddleware:
    """Refuse requests that a proxy says it got by http, whichever proxy on the way it was.

    A redirect would come too late: what the request carried may have been read by then, and a
    client that is sent on never gets mended. The header is believed of anybody, not of trusted
    proxies only: who sends it without need keeps out nobody but themselves. Without it nothing is
    known, and requests within the deployment have none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it came by http."""
        if scope["type"] == "http" and not scope["path"].startswith(_EXEMPT) and _was_http(scope):
            await error_response(scope, HttpsRequired())(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _was_http(scope: Scope) -> bool:
    schemes = ",".join(Headers(scope=scope).getlist("x-forwarded-proto")).lower()
    return "http" in (scheme.strip() for scheme in schemes.split(","))

"""The headers that tell browsers and caches what they may not do with an answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
STRICT_TRANSPORT_SECURITY = "max-age=31536000"
CACHE_CONTROL = "private, no-cache"
VARY = ("Authorization", "Cookie", "Accept", "X-Site-ID")

_NEVER_STORED = ("/api/v1/auth/", "/api/v1/api-keys")


class SecurityHeadersMiddleware:
    """Add what each answer must carry; a policy that the answer brings itself is kept."""

    def __init__(self, app: ASGIApp, *, is_production: bool) -> None:
        self.app = app
        self.always = dict(ALWAYS)
        if is_production:
            self.always["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, adding the headers as its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.always)
                headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                _direct_caches(headers, scope["path"])
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _direct_caches(headers: MutableHeaders, path: str) -> None:
    if path.startswith(_NEVER_STORED):
        headers["Cache-Control"] = "no-store"
    elif path.startswith("/api/") and "cache-control" not in headers:
        headers["Cache-Control"] = CACHE_CONTROL
        for name in VARY:
            headers.add_vary_header(name)

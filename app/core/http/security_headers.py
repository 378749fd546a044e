"""The headers that tell browsers and caches what they may not do with an answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
STRICT_TRANSPORT_SECURITY = {"Strict-Transport-Security": "max-age=31536000"}

_CACHE_CONTROL = b"cache-control"
_PRIVATE = (_CACHE_CONTROL, b"private, no-cache")
_VARY_BY_CALLER = (b"vary", b"Authorization, Cookie, Accept, X-Site-ID")
_NO_STORE = (_CACHE_CONTROL, b"no-store")
_NEVER_STORED = ("/api/v1/auth/", "/api/v1/api-keys")

# Raw headers instead of MutableHeaders: this runs for every answer, and the comfortable way
# looks through all headers once for each that it sets.
RawHeaders = list[tuple[bytes, bytes]]


class SecurityHeadersMiddleware:
    """Add what each answer must carry; a policy that the answer brings itself is kept."""

    def __init__(self, app: ASGIApp, *, is_production: bool) -> None:
        self.app = app
        headers = ALWAYS | (STRICT_TRANSPORT_SECURITY if is_production else {})
        self.always = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, adding the headers as its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = _directed(list(message.get("headers", ())), scope["path"])
                brought = {name for name, _ in headers}
                headers += [header for header in self.always if header[0] not in brought]
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _directed(headers: RawHeaders, path: str) -> RawHeaders:
    """Tell caches what to do with an answer of the API that does not tell them itself."""
    if path.startswith(_NEVER_STORED):
        return [header for header in headers if header[0] != _CACHE_CONTROL] + [_NO_STORE]
    if path.startswith("/api/") and all(name != _CACHE_CONTROL for name, _ in headers):
        return [*headers, _PRIVATE, _VARY_BY_CALLER]
    return headers

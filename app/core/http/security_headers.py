"""The headers that tell browsers and caches what they may not do with an answer."""

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


class SecurityHeaders:
    """What each answer must carry."""

    def __init__(self, *, is_production: bool) -> None:
        headers = ALWAYS | (STRICT_TRANSPORT_SECURITY if is_production else {})
        self._always = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    def added_to(self, headers: RawHeaders, path: str) -> RawHeaders:
        """An answer's headers with these; a policy that the answer brings itself is kept."""
        directed = _directed(headers, path)
        brought = {name for name, _ in directed}
        return directed + [header for header in self._always if header[0] not in brought]


def _directed(headers: RawHeaders, path: str) -> RawHeaders:
    """Tell caches what to do with an answer of the API that does not tell them itself."""
    if path.startswith(_NEVER_STORED):
        return [header for header in headers if header[0] != _CACHE_CONTROL] + [_NO_STORE]
    if path.startswith("/api/") and all(name != _CACHE_CONTROL for name, _ in headers):
        return [*headers, _PRIVATE, _VARY_BY_CALLER]
    return headers

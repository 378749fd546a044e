"""Entity tags: telling a client that what it has is still what it would be answered."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

import orjson
from starlette.requests import Request

_BYTES = 15
"""Enough that two answers never have the same by chance."""


def weak_etag(*parts: object) -> str:
    """The tag of an answer that says the same whenever these are the same."""
    digest = blake2b(orjson.dumps(parts, default=str), digest_size=_BYTES).digest()
    return f'W/"{urlsafe_b64encode(digest).decode()}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client names a tag as one that it has (RFC 9110, section 13.1.2)."""
    if request.method not in ("GET", "HEAD") or "if-none-match" not in request.headers:
        return False
    opaque = etag.removeprefix("W/")
    named = ",".join(request.headers.getlist("if-none-match"))
    known = (part.strip().removeprefix("W/") for part in named.split(","))
    return any(part in (opaque, "*") for part in known)

"""Tokens verified a moment ago, so that a busy client costs one signature a minute."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from app.auth.claims import Claims

MAX_ENTRIES = 10_000
LIFETIME_SECONDS = 60


class TokenCache:
    """Claims by the hash of their token; of refused tokens it knows nothing.

    It only spares the signature: whether user and family still stand is asked elsewhere.
    """

    def __init__(
        self, *, max_entries: int = MAX_ENTRIES, clock: Callable[[], float] = time.time
    ) -> None:
        self._max_entries = max_entries
        self._clock = clock
        self._entries: OrderedDict[bytes, tuple[float, Claims]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, token: str) -> Claims | None:
        """Look up the claims of a token that was verified less than a minute ago."""
        digest = _digest(token)
        entry = self._entries.get(digest)
        if entry is None:
            return None
        expires, claims = entry
        if self._clock() >= expires:
            del self._entries[digest]
            return None
        self._entries.move_to_end(digest)
        return claims

    def put(self, token: str, claims: Claims) -> None:
        """Remember a verified token for a minute, or until it expires; the least used makes way."""
        now = self._clock()
        expires = min(claims.expires_at.timestamp(), now + LIFETIME_SECONDS)
        if expires <= now:
            return
        digest = _digest(token)
        self._entries[digest] = (expires, claims)
        self._entries.move_to_end(digest)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)


def _digest(token: str) -> bytes:
    # The token itself must not lie in memory longer than its request.
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()

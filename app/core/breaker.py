"""A circuit breaker: what has failed several times in a row is left alone for a while."""

import time

FAILURES = 5
OPEN_SECONDS = 5.0


class CircuitBreaker:
    """Closed: all may try. Open: none. After a while one may, and the outcome decides."""

    def __init__(self, *, open_seconds: float = OPEN_SECONDS) -> None:
        self._open_seconds = open_seconds
        self._failures = 0
        self._closed_to = 0.0

    def may_try(self) -> bool:
        """Whether whoever asks may try; the one who may while it is open has to."""
        if self._failures < FAILURES:
            return True
        now = time.monotonic()
        if now < self._closed_to:
            return False
        self._closed_to = now + self._open_seconds
        return True

    def succeeded(self) -> None:
        """It works."""
        self._failures = 0

    def failed(self) -> None:
        """It does not."""
        self._failures += 1
        self._closed_to = time.monotonic() + self._open_seconds

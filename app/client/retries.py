"""When a call is made again, and after how long."""

import random
from dataclasses import dataclass

from app.client.errors import APIError

_random = random.SystemRandom()

_REFUSED_FOR_NOW = frozenset({429, 503})
"""The service has answered that it did nothing, and that one may come again."""

_LOST_BEHIND_A_PROXY = frozenset({502, 504})
"""A proxy does not know what has become of the call."""

_CONFLICT = 409
"""With `Retry-After`: the same call is just being done."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient the client is.

    Before the second try it waits up to `first_seconds`, then up to twice as long each time, but
    never longer than `longest_seconds`; how long exactly is drawn, so that many clients do not
    come back at the same moment (full jitter). `Retry-After` counts more than that.

    Attributes:
        tries: How often a call is made at most; 1 is never again.
        first_seconds: The longest wait before the second try.
        longest_seconds: The longest wait before any.
        patience_seconds: A `Retry-After` above this is not waited for: the error is raised.
    """

    tries: int = 6
    first_seconds: float = 0.5
    longest_seconds: float = 20.0
    patience_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ValueError("tries must be at least 1")

    def after_loss(self, tried: int, *, may_repeat: bool) -> float | None:
        """How many seconds to wait after a lost connection; None: not again."""
        return self._drawn(tried) if may_repeat and tried < self.tries else None

    def after_refusal(self, tried: int, error: APIError, *, may_repeat: bool) -> float | None:
        """How many seconds to wait after an error of the API; None: not again."""
        if tried >= self.tries or not _is_for_now(error, may_repeat=may_repeat):
            return None
        if error.retry_after is None:
            return self._drawn(tried)
        if error.retry_after > self.patience_seconds:
            return None
        return error.retry_after + _random.uniform(0, self.first_seconds)

    def _drawn(self, tried: int) -> float:
        # 2**63 is later than anybody waits, and a float still.
        longest = min(self.longest_seconds, self.first_seconds * 2 ** min(tried - 1, 63))
        return _random.uniform(0, longest)


NEVER = Retries(tries=1)
"""No second try."""


def _is_for_now(error: APIError, *, may_repeat: bool) -> bool:
    if error.status in _REFUSED_FOR_NOW:
        return True
    if error.status == _CONFLICT:
        return may_repeat and error.retry_after is not None
    return may_repeat and error.status in _LOST_BEHIND_A_PROXY

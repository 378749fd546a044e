"""Counting calls: together with the other processes, or alone while Redis is away."""

from collections.abc import Mapping

from redis.asyncio import Redis

from app.core.breaker import CircuitBreaker
from app.core.rate_limit.classes import RateClass
from app.core.rate_limit.gcra import Decision, Rate
from app.core.rate_limit.local import LocalLimits
from app.core.rate_limit.shared import SharedLimits
from app.core.redis import MAX_CONNECTIONS
from app.core.redis_calls import NoAnswerError, RedisCalls


class RateLimiter:
    """Counts calls by class and caller.

    Without Redis each process counts for itself: nobody is let in or kept out for its sake, but a
    caller of several processes gets each one's limit.
    """

    def __init__(
        self,
        redis: Redis,
        rates: Mapping[RateClass, Rate],
        *,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._rates = rates
        self._shared = SharedLimits(redis)
        self._local = LocalLimits()
        self._calls = RedisCalls(
            "rate_limits_without_redis", at_once=MAX_CONNECTIONS, breaker=breaker
        )

    async def count(self, rate_class: RateClass, identity: str) -> Decision | None:
        """Count a call and judge it; None when the class is switched off."""
        rate = self._rates.get(rate_class)
        if rate is None:
            return None
        key = f"ims:limit:{rate_class}:{identity}"
        try:
            return await self._calls.make(lambda: self._shared.count(key, rate))
        except NoAnswerError:
            return self._local.count(key, rate)

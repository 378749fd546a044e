"""Calls to Redis that can be done without: given up soon, and left for a while after failures."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError

from app.core.breaker import CircuitBreaker
from app.core.waiting import wait_briefly

TIMEOUT_SECONDS = 0.25
LOG_SECONDS = 1.0

T = TypeVar("T")

logger = structlog.get_logger()


class NoAnswerError(Exception):
    """Redis did not answer in time or with what was asked, or was not even called."""


class RedisCalls:
    """Calls for one purpose; what stops them is logged under one name, once a second at most."""

    def __init__(self, event: str, *, at_once: int, breaker: CircuitBreaker | None = None) -> None:
        self._event = event
        self._breaker = breaker or CircuitBreaker()
        # Waiting for a connection is no failure of Redis; so the wait is here, off the clock.
        self._turns = asyncio.Semaphore(at_once)
        self._logged_at = 0.0

    async def make(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Make a call.

        Raises:
            NoAnswerError: Redis is away, slow or refuses.
        """
        async with self._turns:
            if not self._breaker.may_try():
                raise NoAnswerError
            try:
                answer = await wait_briefly(call(), seconds=TIMEOUT_SECONDS)
            except (RedisError, OSError) as error:  # a TimeoutError is an OSError
                self._breaker.failed()
                self._log(error)
                raise NoAnswerError from error
            self._breaker.succeeded()
            return answer

    def _log(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._logged_at >= LOG_SECONDS:
            self._logged_at = now
            logger.warning(self._event, error=type(error).__name__)

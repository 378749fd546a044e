"""What the provider publishes: fetched when it is needed, by one for all who wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from time import monotonic
from typing import Generic, TypeVar

import structlog

from app.core.errors import Unavailable

COOL_DOWN_SECONDS = 30.0
"""Between two fetches, so that neither strangers' tokens nor an outage make a storm of them."""

KEPT_SECONDS = 24 * 3600.0
"""How long the last good document serves while there is no newer one to be had."""

T = TypeVar("T")

logger = structlog.get_logger()


class Fetched(Generic[T]):
    """One document of the provider.

    Attributes:
        has_failed: Whether the last try to fetch it came to nothing.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[T]],
        *,
        lifetime: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch = fetch
        self._lifetime = lifetime
        self._clock = clock
        self._found: tuple[float, T] | None = None
        self._rests_until = -1.0
        self._flight: asyncio.Task[None] | None = None
        self.has_failed = False

    async def get(self) -> T:
        """The document, fetched anew when it is too old.

        Raises:
            Unavailable: There was none to be had for a day.
        """
        if self._found is None or self._clock() - self._found[0] >= self._lifetime:
            await self.renew()
        if self._found is None or self._clock() - self._found[0] >= KEPT_SECONDS:
            raise self.unavailable()
        return self._found[1]

    async def renew(self) -> None:
        """Fetch it again, unless that was just done; whoever comes meanwhile waits along."""
        if self._flight is None:
            if self._clock() < self._rests_until:
                return
            self._flight = asyncio.create_task(self._fly())
        # Shielded: that one of those who wait gives up must not end it for the others.
        await asyncio.shield(self._flight)

    def unavailable(self) -> Unavailable:
        """The error to raise for whoever needs what cannot be had before the next try."""
        wait = max(1, ceil(self._rests_until - self._clock()))
        return Unavailable("The provider of single sign-on cannot be reached", retry_after=wait)

    async def _fly(self) -> None:
        try:
            self._found = (self._clock(), await self._fetch())
            self.has_failed = False
        except Exception as error:  # whatever a stranger's document does to us, it is no use
            self.has_failed = True
            logger.warning(
                "provider_unreachable", error=type(error).__name__, reason=str(error)[:200]
            )
        finally:
            self._rests_until = self._clock() + COOL_DOWN_SECONDS
            self._flight = None

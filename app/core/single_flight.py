"""Making one thing once for all who want it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(slots=True)
class _Flight(Generic[V]):
    """Something that is being made; `values` has it once it is."""

    landed: asyncio.Event = field(default_factory=asyncio.Event)
    values: list[V] = field(default_factory=list)
    error: Exception | None = None


class SingleFlight(Generic[V]):
    """The first to want a thing makes it, in its own task; the others wait for the outcome.

    They are told an error as the first one is. When the first one is cancelled, one of those who
    wait makes the thing instead.
    """

    def __init__(self) -> None:
        self._flights: dict[str, _Flight[V]] = {}

    async def share(self, key: str, make: Callable[[], Awaitable[V]]) -> tuple[V, bool]:
        """What is made for a key, and whether it was made by this very call."""
        while (flight := self._flights.get(key)) is not None:
            await flight.landed.wait()
            if flight.error is not None:
                raise flight.error
            for value in flight.values:
                return value, False
        return await self._make(key, make), True

    def forget(self, key: str) -> None:
        """Let nobody else join what is being made of a key: it may be outdated already."""
        self._flights.pop(key, None)

    async def _make(self, key: str, make: Callable[[], Awaitable[V]]) -> V:
        flight = self._flights[key] = _Flight()
        try:
            value = await make()
            flight.values.append(value)
            return value
        except Exception as error:
            flight.error = error
            raise
        finally:
            if self._flights.get(key) is flight:
                del self._flights[key]
            flight.landed.set()

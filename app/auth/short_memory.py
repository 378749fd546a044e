"""What was read a moment ago: the one bound on how long a revocation may go unnoticed."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

MAX_AGE_SECONDS = 1.0
MAX_ENTRIES = 10_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory(Generic[K, V]):
    """Remembers values for a second, the newest of them when there are too many.

    A value's age counts from before it was read: what is revoked while that goes on must not
    live longer for it.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    async def get(self, key: K, read: Callable[[], Awaitable[V]]) -> V:
        """The value of a key: the one remembered, or else what `read` answers.

        What `read` raises is raised, and nothing is remembered.
        """
        now = monotonic()
        entry = self._entries.get(key)
        if entry is not None and now - entry[0] < MAX_AGE_SECONDS:
            return entry[1]
        value = await read()
        self._entries[key] = (now, value)
        self._entries.move_to_end(key)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)
        return value

    def forget(self, key: K) -> None:
        """Read this one again at the next call."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Read everything again."""
        self._entries.clear()

"""Limits that this process counts alone, while there is no Redis."""

import time
from collections import OrderedDict

from app.core.rate_limit.gcra import Decision, Rate, decide

MAX_ENTRIES = 50_000
"""As many callers as are remembered, some 10 MB; whoever called longest ago is forgotten first."""


class LocalLimits:
    """Counts in memory."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._free_at: OrderedDict[str, int] = OrderedDict()

    def count(self, key: str, rate: Rate) -> Decision:
        """Count a call and judge it."""
        now = time.monotonic_ns() // 1000
        decision, free_at = decide(rate, free_at=self._free_at.get(key), now=now)
        if free_at is not None:
            self._free_at[key] = free_at
        self._free_at.move_to_end(key)
        if len(self._free_at) > self._max_entries:
            self._free_at.popitem(last=False)
        return decision

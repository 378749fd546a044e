"""Percentiles of what was measured."""

from collections.abc import Sequence
from math import ceil


def percentile(values: Sequence[float], part: float) -> float:
    """The value that a part (0 to 1) of all values does not exceed: one that was measured, or 0."""
    if not values:
        return 0.0
    return sorted(values)[max(ceil(part * len(values)) - 1, 0)]

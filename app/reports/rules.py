"""How far a report is, and when it will be done; pure functions."""

from datetime import datetime, timedelta

MIN_SECONDS = 2.0
"""After so long its own speed says more than that of the reports before it."""


def progress(rows_done: int, rows_total: int | None, *, is_done: bool) -> int:
    """The percentage, which is 100 only when there is something to be had."""
    if is_done:
        return 100
    return min(rows_done * 100 // rows_total, 99) if rows_total else 0


def estimated_completion(
    *,
    now: datetime,
    started_at: datetime | None,
    rows_done: int,
    rows_total: int | None,
    rows_per_second: float | None,
) -> datetime | None:
    """When the rows that are left will be done, by the speed of this report or of others.

    Args:
        now: The present.
        started_at: When it began; None when it waits.
        rows_done: How many rows are done.
        rows_total: How many there are; None when they are not counted yet.
        rows_per_second: How fast reports of its kind have been lately; None when there were none.
    """
    if rows_total is None:
        return None
    left = max(rows_total - rows_done, 0)
    if started_at is not None and rows_done > 0:
        seconds = (now - started_at).total_seconds()
        if seconds >= MIN_SECONDS or rows_per_second is None:
            rows_per_second = rows_done / max(seconds, 0.001)
    if not rows_per_second:
        return None
    return now + timedelta(seconds=left / rows_per_second)

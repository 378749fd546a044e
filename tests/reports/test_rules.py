"""How far a report is, and when it will be done."""

from datetime import UTC, datetime, timedelta

import pytest

from app.reports.rules import estimated_completion, progress

NOW = datetime(2026, 6, 12, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "total", "is_done", "percent"),
    [
        (0, None, False, 0),
        (10, None, False, 0),
        (0, 0, False, 0),
        (1, 3, False, 33),
        (3, 3, False, 99),
        (5, 3, False, 99),
        (0, 0, True, 100),
    ],
)
def test_only_what_is_done_is_at_a_hundred(
    done: int, total: int | None, is_done: bool, percent: int
) -> None:
    assert progress(done, total, is_done=is_done) == percent


@pytest.mark.parametrize(
    ("seconds", "done", "total", "speed", "expected"),
    [
        (None, 0, None, 100.0, None),
        (None, 0, 1_000, None, None),
        (None, 0, 1_000, 100.0, 10),
        (10, 500, 1_000, 5.0, 10),
        (1, 500, 1_000, 50.0, 10),
        (1, 500, 1_000, None, 1),
        (10, 1_000, 1_000, None, 0),
        (10, 2_000, 1_000, None, 0),
    ],
    ids=[
        "not counted",
        "nothing known",
        "as fast as others",
        "by its own speed",
        "too early for that",
        "there is no other",
        "at the end",
        "behind it",
    ],
)
def test_the_end_is_told_by_what_is_known(
    seconds: int | None, done: int, total: int | None, speed: float | None, expected: int | None
) -> None:
    found = estimated_completion(
        now=NOW,
        started_at=None if seconds is None else NOW - timedelta(seconds=seconds),
        rows_done=done,
        rows_total=total,
        rows_per_second=speed,
    )

    assert found == (None if expected is None else NOW + timedelta(seconds=expected))

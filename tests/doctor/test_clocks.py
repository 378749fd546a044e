"""How far apart clocks may be."""

import time

import pytest

from app.doctor.clocks import judge_clocks, seconds_apart


@pytest.mark.parametrize(
    ("apart", "expected"),
    [
        (0.0, "ok"),
        (1.9, "ok"),
        (-1.9, "ok"),
        (2.1, "warning"),
        (-2.1, "warning"),
        (29.0, "warning"),
        (31.0, "wrong"),
        (-31.0, "wrong"),
    ],
)
def test_tokens_bear_a_difference_of_half_a_minute(apart: float, expected: str) -> None:
    assert judge_clocks(apart).verdict == expected


def test_it_is_told_which_clock_is_ahead() -> None:
    assert "40.0 s ahead of this machine" in judge_clocks(40).seen
    assert "40.0 s behind this machine" in judge_clocks(-40).seen


async def test_another_clock_is_compared_with_ours() -> None:
    async def ask() -> float:
        return time.time() + 100

    assert await seconds_apart(ask) == pytest.approx(100, abs=1)

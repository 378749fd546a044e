"""The arithmetic of the limits, and that Redis does the same."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from app.core.rate_limit.gcra import Decision, Rate, decide
from app.core.rate_limit.shared import DECIDE

MINUTE = 60_000_000
NOW = 1_790_000_000_000_000

limits = st.integers(1, 1_000_000)
moments = st.integers(0, 2 * NOW)


def counted(rate: Rate, times: list[int]) -> list[Decision]:
    """Calls of one caller at these moments."""
    decisions, free_at = [], None
    for now in times:
        decision, moved_to = decide(rate, free_at=free_at, now=now)
        free_at = moved_to or free_at
        decisions.append(decision)
    return decisions


@given(limit=st.integers(1, 500), more=st.integers(1, 20))
def test_a_burst_passes_up_to_the_limit(limit: int, more: int) -> None:
    decisions = counted(Rate(limit), [NOW] * (limit + more))

    assert [one.is_allowed for one in decisions] == [True] * limit + [False] * more
    assert [one.remaining for one in decisions] == [*reversed(range(limit)), *([0] * more)]


@given(
    limit=st.integers(1, 200),
    pauses=st.lists(st.integers(0, MINUTE), min_size=1, max_size=400),
)
def test_no_minute_sees_twice_the_limit(limit: int, pauses: list[int]) -> None:
    times = [NOW + sum(pauses[: place + 1]) for place in range(len(pauses))]
    decisions = counted(Rate(limit), times)
    passed = [now for now, one in zip(times, decisions, strict=True) if one.is_allowed]

    most = max(sum(start <= now < start + MINUTE for now in passed) for start in passed)

    assert most <= 2 * limit
    assert len(passed) <= limit + (times[-1] - times[0]) // Rate(limit).interval + 1


@given(limit=limits, used_up=st.integers(0, 2 * MINUTE))
def test_whoever_waits_as_told_is_let_in(limit: int, used_up: int) -> None:
    rate, free_at = Rate(limit), NOW + used_up
    decision, moved_to = decide(rate, free_at=free_at, now=NOW)
    kept = min(moved_to or free_at, NOW + rate.capacity)

    later, _ = decide(rate, free_at=kept, now=NOW + decision.seconds_to_next * 1_000_000)
    assert later.is_allowed
    assert later.remaining >= decision.remaining
    assert 1 <= decision.seconds_to_next <= 60

    full, _ = decide(rate, free_at=kept, now=NOW + decision.seconds_to_full * 1_000_000)
    assert full.remaining == limit - 1


@given(limit=limits, ahead=st.integers(0, 10**15))
def test_a_clock_that_was_set_back_keeps_nobody_out_for_longer_than_a_minute(
    limit: int, ahead: int
) -> None:
    decision, _ = decide(Rate(limit), free_at=NOW + ahead, now=NOW)

    assert decision.seconds_to_full <= 61


async def test_redis_decides_as_python_does(redis: Redis) -> None:
    script = redis.register_script("local now = tonumber(ARGV[3])\n" + DECIDE)
    cases: list[tuple[int, int | None, int]] = []

    @given(limit=limits, free_at=st.none() | moments, now=moments)
    def collect(limit: int, free_at: int | None, now: int) -> None:
        cases.append((limit, free_at, now))
        near = now + (limit * 7_919) % (2 * MINUTE) - MINUTE // 2
        cases.append((limit, max(near, 0), now))

    collect()
    assert len(cases) >= 200
    for limit, free_at, now in cases:
        rate, key = Rate(limit), f"test:{uuid4()}"
        if free_at is not None:
            await redis.set(key, free_at)
        is_allowed, used = await script(keys=[key], args=[rate.interval, rate.capacity, now])
        stored = await redis.get(key)
        decision, moved_to = decide(rate, free_at=free_at, now=now)
        assert (is_allowed == 1, used) == (decision.is_allowed, decision.used)
        if decision.used > MINUTE // 60:  # else it may be gone already
            assert int(stored) == (moved_to or free_at)
        await redis.delete(key)

"""What a secret that is shown means for its session, moment by moment."""

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from app.auth.session_rules import SessionLimits, Verdict, judge, take_over
from app.models import Login

NOW = datetime(2026, 6, 12, 14, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def login(
    *,
    renewed: timedelta = timedelta(),
    used: timedelta = timedelta(),
    offered: timedelta | None = None,
    previous: str | None = None,
) -> Login:
    """A session that was renewed, used and offered a secret so long ago."""
    return Login(
        secret_hash=digest("current"),
        previous_hash=digest(previous) if previous else None,
        next_hash=digest("next") if offered is not None else None,
        renewed_at=NOW - renewed,
        last_used_at=NOW - used,
        offered_at=NOW - offered if offered is not None else None,
    )


@pytest.mark.parametrize(
    ("renewed", "used", "offered", "verdict"),
    [
        (timedelta(), timedelta(), None, Verdict.GOOD),
        (14 * SECOND, 14 * SECOND, None, Verdict.GOOD),
        (15 * SECOND, 15 * SECOND, None, Verdict.TOUCH),
        (15 * MINUTE - SECOND, timedelta(), None, Verdict.GOOD),
        (15 * MINUTE, timedelta(), None, Verdict.OFFER),
        (600 * MINUTE, 600 * MINUTE, None, Verdict.OFFER),
        (16 * MINUTE, SECOND, MINUTE - SECOND, Verdict.GOOD),
        (16 * MINUTE, 20 * SECOND, MINUTE - SECOND, Verdict.TOUCH),
        (16 * MINUTE, SECOND, MINUTE, Verdict.OFFER),
        (-5 * SECOND, -5 * SECOND, None, Verdict.GOOD),  # another machine's clock is ahead
    ],
)
def test_the_current_secret(
    renewed: timedelta, used: timedelta, offered: timedelta | None, verdict: Verdict
) -> None:
    row = login(renewed=renewed, used=used, offered=offered)

    assert judge(row, digest("current"), NOW) is verdict


@pytest.mark.parametrize("offered", [timedelta(), SECOND, 10 * MINUTE])
def test_the_next_one_takes_over_whenever_it_is_first_shown(offered: timedelta) -> None:
    row = login(renewed=25 * MINUTE, offered=offered)

    assert judge(row, digest("next"), NOW) is Verdict.PROMOTE


@pytest.mark.parametrize(
    ("renewed", "verdict"),
    [
        (timedelta(), Verdict.GOOD),
        (9.9 * SECOND, Verdict.GOOD),
        (10 * SECOND, Verdict.REUSED),
        (10 * MINUTE, Verdict.REUSED),
    ],
)
def test_the_one_before(renewed: timedelta, verdict: Verdict) -> None:
    row = login(renewed=renewed, previous="previous")

    assert judge(row, digest("previous"), NOW) is verdict


@pytest.mark.parametrize("shown", ["before the previous", "", "next"])
def test_any_other_one_was_good_once_or_is_forged(shown: str) -> None:
    assert judge(login(previous="previous"), digest(shown), NOW) is Verdict.REUSED


@pytest.mark.parametrize(
    ("used_after", "lasts"),
    [
        (timedelta(), 30 * MINUTE),
        (20 * MINUTE, 50 * MINUTE),
        (11 * 60 * MINUTE, 11.5 * 60 * MINUTE),
        (11.75 * 60 * MINUTE, 12 * 60 * MINUTE),
        (12 * 60 * MINUTE, 12 * 60 * MINUTE),
    ],
)
def test_a_session_ends_unused_or_old(used_after: timedelta, lasts: timedelta) -> None:
    limits = SessionLimits(idle=30 * MINUTE, longest=12 * 60 * MINUTE)

    assert limits.expiry(opened_at=NOW, used_at=NOW + used_after) == NOW + lasts


def test_a_copy_and_its_original_in_use_never_stay_unnoticed() -> None:
    """Whoever of two takes which steps in whichever order: in the end one shows an old secret."""
    for steps in itertools.product(("owner", "thief"), repeat=8):
        if len(set(steps[-4:])) == 2:
            assert _ends(steps), steps


def _ends(steps: tuple[str, ...]) -> bool:
    """Play requests, one every sixteen minutes, of two who began with the same secret."""
    row, now, counter = login(), NOW, itertools.count()
    held = {"owner": "current", "thief": "current"}
    for who in (*steps, *("owner", "thief") * 3):
        now += 16 * MINUTE
        verdict = judge(row, digest(held[who]), now)
        if verdict is Verdict.REUSED:
            return True
        if verdict is Verdict.PROMOTE:
            take_over(row, now)
        if verdict is Verdict.OFFER:
            held[who] = f"secret {next(counter)}"
            row.next_hash, row.offered_at = digest(held[who]), now
    return False

"""When the secret of a session changes, and what an old one means; pure functions.

A cookie that was copied shows itself: as soon as the copy and the original are both used, one of
them is out of date. So that nobody is logged out by a lost answer, the old secret stays good
until the browser shows the new one; and a moment longer, for its other tabs.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from app.core.config import Settings
from app.models import Login

RENEW_AFTER = timedelta(minutes=15)
OFFER_AGAIN_AFTER = timedelta(minutes=1)
"""Longer than any request lasts: whoever could still get the last offer has it by then."""

OLD_IS_GOOD_FOR = timedelta(seconds=10)
BETWEEN_TOUCHES = timedelta(seconds=15)
"""How exactly the last use is known; well below the shortest idle limit, a minute."""


class Verdict(Enum):
    """What to do about a secret that was shown."""

    GOOD = auto()
    TOUCH = auto()
    OFFER = auto()
    PROMOTE = auto()
    REUSED = auto()


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: without use, and at all."""

    idle: timedelta
    longest: timedelta

    def expiry(self, *, opened_at: datetime, used_at: datetime) -> datetime:
        """When a session ends that was opened and used at these times."""
        return min(used_at + self.idle, opened_at + self.longest)


def session_limits(settings: Settings) -> SessionLimits:
    """How long sessions last here."""
    return SessionLimits(
        idle=timedelta(minutes=settings.session_idle_minutes),
        longest=timedelta(hours=settings.session_max_hours),
    )


def judge(login: Login, digest: bytes, now: datetime) -> Verdict:
    """Tell what a secret means for its session, which is open."""
    if _is(digest, login.next_hash):
        return Verdict.PROMOTE
    if _is(digest, login.secret_hash):
        return _judge_current(login, now)
    if _is(digest, login.previous_hash) and now - login.renewed_at < OLD_IS_GOOD_FOR:
        return Verdict.GOOD
    return Verdict.REUSED


def _judge_current(login: Login, now: datetime) -> Verdict:
    is_due = now - login.renewed_at >= RENEW_AFTER
    if is_due and (login.offered_at is None or now - login.offered_at >= OFFER_AGAIN_AFTER):
        return Verdict.OFFER
    return Verdict.TOUCH if now - login.last_used_at >= BETWEEN_TOUCHES else Verdict.GOOD


def take_over(login: Login, now: datetime) -> None:
    """Make the secret that was offered the current one: the browser has shown that it has it."""
    assert login.next_hash is not None  # noqa: S101 - it was shown
    login.previous_hash, login.secret_hash = login.secret_hash, login.next_hash
    login.next_hash, login.offered_at, login.renewed_at = None, None, now


def _is(digest: bytes, stored: bytes | None) -> bool:
    return stored is not None and hmac.compare_digest(digest, stored)

"""Verifying session cookies: the row in the database is the truth about each."""

import hashlib
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.audit.record import Action, record_event
from app.auth.authentication import Authentication, Credential
from app.auth.caller import CallerCache
from app.auth.session_rules import SessionLimits, Verdict, judge, take_over
from app.auth.session_secret import SessionSecret
from app.auth.short_memory import ShortMemory
from app.core.database import unscoped_transaction
from app.core.errors import Unauthorized
from app.core.vocabulary import LoginKind
from app.models import Login

OVER = "The session is over; log in again"


class Sessions:
    """Looks sessions up, carries them on, and remembers for a second which ones were good."""

    def __init__(self, engine: AsyncEngine, callers: CallerCache, limits: SessionLimits) -> None:
        self._engine = engine
        self._callers = callers
        self._limits = limits
        self._good: ShortMemory[bytes, tuple[int, SessionSecret | None]] = ShortMemory()

    async def authenticate(self, cookie: str) -> Authentication:
        """Tell who calls with a session cookie.

        Raises:
            Unauthorized: It is none of ours, or its session is over.
        """
        shown = SessionSecret.read(cookie)
        if shown is None:
            raise Unauthorized(OVER)
        key = hashlib.sha256(str(shown).encode()).digest()
        user_id, successor = await self._good.get(key, partial(self._read, shown))
        if successor is not None:  # it is offered in one answer
            self._good.forget(key)
        caller = await self._callers.get(user_id, shown.row_id)
        if caller is None:
            raise Unauthorized(OVER)
        return Authentication(
            caller,
            Credential.SESSION,
            new_session_secret=str(successor) if successor else None,
        )

    async def _read(self, shown: SessionSecret) -> tuple[int, SessionSecret | None]:
        found = await self._carry_on(shown)
        if found is None:  # raised out here, so that what it leaves behind is committed
            raise Unauthorized(OVER)
        return found

    async def _carry_on(self, shown: SessionSecret) -> tuple[int, SessionSecret | None] | None:
        """Whose session it is, and the secret to show from now on; None when it is over."""
        now = datetime.now(UTC)
        async with unscoped_transaction(self._engine) as session:
            login = await session.scalar(_open_session(shown.row_id))
            if login is None:
                return None
            user_id, verdict = login.user_id, judge(login, shown.digest, now)
            if verdict is Verdict.GOOD:
                return user_id, None
            # Of all requests few change anything, and of several at once one does: the others
            # go on without waiting for it, or one person's tabs could hold all connections.
            is_good = verdict is not Verdict.REUSED
            locked = _open_session(shown.row_id).with_for_update(skip_locked=is_good)
            login = await session.scalar(locked.execution_options(populate_existing=True))
            if login is None:
                return (user_id, None) if is_good else None
            verdict = judge(login, shown.digest, now)
            if verdict is Verdict.REUSED:
                self._end(session, login, now)
                return None
            return user_id, self._renew(login, verdict, now)

    def _renew(self, login: Login, verdict: Verdict, now: datetime) -> SessionSecret | None:
        """Note the use, and offer or take over a new secret where that is due."""
        if verdict is Verdict.GOOD:
            return None
        login.last_used_at = now
        login.expires_at = self._limits.expiry(opened_at=login.created_at, used_at=now)
        if verdict is Verdict.PROMOTE:
            take_over(login, now)
        if verdict is not Verdict.OFFER:
            return None
        successor = SessionSecret.new(login.id)
        login.next_hash, login.offered_at = successor.digest, now
        return successor

    def _end(self, session: AsyncSession, login: Login, now: datetime) -> None:
        """End a session of which somebody has a copy: its owner or a thief, we cannot tell."""
        login.revoked_at = now
        record_event(session, Action.SESSION_REUSED, actor_id=login.user_id)
        self._callers.forget(login.user_id, login.id)


def _open_session(login_id: UUID) -> Select[Login]:
    return select(Login).where(
        Login.id == login_id,
        Login.kind == LoginKind.SESSION.value,
        Login.revoked_at.is_(None),
        Login.expires_at > func.now(),
    )

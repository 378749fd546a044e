"""The sessions of browsers: opened with a password or at the provider, living in a cookie."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.audit.record import Action, record_event
from app.auth.session_rules import SessionLimits
from app.auth.session_secret import SessionSecret
from app.core.database import unscoped_transaction
from app.core.vocabulary import LoginKind, LoginMethod
from app.identity.logins import repository
from app.identity.logins.device import Device
from app.identity.logins.repository import NewLogin


@dataclass(frozen=True, slots=True)
class BrowserSessions:
    """What opening a session needs of the process."""

    engine: AsyncEngine
    limits: SessionLimits

    async def open(
        self,
        user_id: int,
        device: Device,
        *,
        method: LoginMethod,
        replaced: str | None = None,
        provider_session: str | None = None,
    ) -> SessionSecret:
        """Open a session; answers what its cookie is to hold.

        Args:
            user_id: Who has shown who they are.
            device: The browser.
            method: How they have shown it.
            replaced: The cookie that the browser has so far; its session ends.
            provider_session: What the provider calls this login.
        """
        secret, now = SessionSecret.new(uuid4()), datetime.now(UTC)
        login = NewLogin(
            id=secret.row_id,
            kind=LoginKind.SESSION,
            method=method,
            secret_hash=secret.digest,
            expires_at=self.limits.expiry(opened_at=now, used_at=now),
            provider_session=provider_session,
        )
        async with unscoped_transaction(self.engine) as session:
            await _end_replaced(session, replaced)
            await repository.create_login(session, user_id, login, device)
            record_event(session, Action.LOGIN_SUCCEEDED, actor_id=user_id)
        return secret


async def _end_replaced(session: AsyncSession, cookie: str | None) -> None:
    """End the session that a browser leaves by logging in anew; whoever has the cookie may."""
    old = SessionSecret.read(cookie) if cookie else None
    if old is None:
        return
    login = await repository.lock_live_login(session, old.row_id, LoginKind.SESSION)
    if login is not None and old.digest in (login.secret_hash, login.next_hash):
        await repository.revoke_logins(session, login.user_id, only=login.id)
        record_event(session, Action.LOGGED_OUT, actor_id=login.user_id)

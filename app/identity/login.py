"""Logging in, staying logged in, logging out.

No transaction is held while a password is hashed, and what a refusal leaves behind (a failed
login's event, a revoked family) is committed before the refusal is raised.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.auth.caller import Caller, CallerCache
from app.auth.passwords import PasswordHasher
from app.auth.tokens import ACCESS_TOKEN_LIFETIME, TokenIssuer
from app.core.database import unscoped_transaction
from app.core.errors import InvalidCredentials, Unauthorized
from app.identity import repository
from app.identity.current_user import describe_caller
from app.identity.refresh_token import RefreshToken
from app.identity.repository import LoginCandidate
from app.identity.schemas import CurrentUser, LoggedIn, TokenPair
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session

REFRESH_TOKEN_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LoginService:
    """What logging in needs of the process."""

    engine: AsyncEngine
    passwords: PasswordHasher
    issuer: TokenIssuer
    callers: CallerCache

    async def log_in(self, login: str, password: str) -> LoggedIn:
        """Check a password and open a login.

        Raises:
            InvalidCredentials: Unknown user, wrong password or inactive account, all alike.
        """
        async with unscoped_transaction(self.engine) as session:
            candidate = await repository.find_login_candidate(session, login)
        password_hash = candidate.password_hash if candidate else None
        is_right = await self.passwords.verify_password(password, password_hash)
        if candidate is None or not is_right or not candidate.is_active:
            await self._record_failure(candidate)
            raise InvalidCredentials
        await self._renew_hash(candidate, password)
        token = await self._open(candidate.user_id)
        pair = self._pair(candidate.user_id, token)
        return LoggedIn(**pair.model_dump(), user=await self._user(token, candidate.user_id))

    async def refresh(self, text: str) -> TokenPair:
        """Exchange a refresh token for a new pair; one used before ends the login.

        Raises:
            Unauthorized: It is not the newest token of a login that still stands.
        """
        token = RefreshToken.read(text)
        if token is None:
            raise Unauthorized("The refresh token is not valid")
        async with unscoped_transaction(self.engine) as session:
            family = await repository.lock_live_family(session, token.family_id)
            if family is not None and family.refresh_hash == token.digest:
                successor = RefreshToken.new(family.id)
                family.refresh_hash = successor.digest
                family.refreshed_at = datetime.now(UTC)
                family.expires_at = family.refreshed_at + REFRESH_TOKEN_LIFETIME
                return self._pair(family.user_id, successor)
            if family is not None:
                # Somebody has used it before: the owner or a thief, and we cannot tell which.
                await repository.revoke_family(session, family.id)
                record_event(session, Action.REFRESH_TOKEN_REUSED, actor_id=family.user_id)
                self.callers.forget(family.user_id, family.id)
        raise Unauthorized("The refresh token is not valid")

    async def log_out(self, caller: Caller) -> None:
        """End the login that the caller's token comes from."""
        async with unscoped_transaction(self.engine) as session:
            await repository.revoke_family(session, caller.family_id)
            record_event(session, Action.LOGGED_OUT, actor_id=caller.user_id)
        self.callers.forget(caller.user_id, caller.family_id)

    async def _record_failure(self, candidate: LoginCandidate | None) -> None:
        async with unscoped_transaction(self.engine) as session:
            user_id = candidate.user_id if candidate else None
            record_event(session, Action.LOGIN_FAILED, actor_id=user_id)

    async def _renew_hash(self, candidate: LoginCandidate, password: str) -> None:
        """Hash again what was hashed with other costs than today's, now that we can."""
        if not self.passwords.needs_rehash(candidate.password_hash):
            return
        password_hash = await self.passwords.hash_password(password)
        async with unscoped_transaction(self.engine) as session:
            await repository.store_password_hash(session, candidate.user_id, password_hash)

    async def _open(self, user_id: int) -> RefreshToken:
        token = RefreshToken.new(uuid4())
        async with unscoped_transaction(self.engine) as session:
            expires_at = datetime.now(UTC) + REFRESH_TOKEN_LIFETIME
            await repository.create_family(session, user_id, token, expires_at=expires_at)
            record_event(session, Action.LOGIN_SUCCEEDED, actor_id=user_id)
        return token

    async def _user(self, token: RefreshToken, user_id: int) -> CurrentUser:
        caller = await self.callers.get(user_id, token.family_id)
        if caller is None:  # deactivated while the password was being checked
            raise InvalidCredentials
        async with read_session(self.engine, SiteScope.of(caller)) as session:
            return await describe_caller(session, caller)

    def _pair(self, user_id: int, token: RefreshToken) -> TokenPair:
        return TokenPair(
            access_token=self.issuer.issue(user_id, token.family_id, datetime.now(UTC)),
            expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
            refresh_token=str(token),
        )

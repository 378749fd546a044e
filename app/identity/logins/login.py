"""The logins of programs: opened with a password, carried on with refresh tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.auth.caller import Caller, CallerCache
from app.auth.tokens import ACCESS_TOKEN_LIFETIME, TokenIssuer
from app.core.database import unscoped_transaction
from app.core.errors import InvalidCredentials, Unauthorized
from app.core.vocabulary import LoginKind, LoginMethod
from app.identity.logins import repository
from app.identity.logins.check import PasswordCheck
from app.identity.logins.current_user import describe_caller
from app.identity.logins.device import Device
from app.identity.logins.refresh_token import RefreshToken
from app.identity.logins.repository import NewLogin
from app.identity.logins.schemas import CurrentUser, LoggedIn, TokenPair
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session

REFRESH_TOKEN_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LoginService:
    """What logging in needs of the process."""

    engine: AsyncEngine
    check: PasswordCheck
    issuer: TokenIssuer
    callers: CallerCache

    async def log_in(
        self, login: str, password: str, device: Device, *, totp: str | None = None
    ) -> LoggedIn:
        """Check a password, and a code where one is needed, and open a login.

        Raises:
            InvalidCredentials: Unknown user, wrong password or inactive account, all alike; or
                a wrong code.
            SecondFactorNeeded: Only the code is missing.
            Locked: There were too many of these.
        """
        user_id = await self.check.require(login, password, device, totp=totp)
        token = await self._open(user_id, device)
        user = await self.describe(user_id, token.row_id)
        return LoggedIn(**self._pair(user_id, token).model_dump(), user=user)

    async def refresh(self, text: str) -> TokenPair:
        """Exchange a refresh token for a new pair; one used before ends the login.

        Raises:
            Unauthorized: It is not the newest token of a login that still stands.
        """
        token = RefreshToken.read(text)
        if token is None:
            raise Unauthorized("The refresh token is not valid")
        async with unscoped_transaction(self.engine) as session:
            login = await repository.lock_live_login(session, token.row_id, LoginKind.TOKEN)
            if login is not None and login.secret_hash == token.digest:
                successor = RefreshToken.new(login.id)
                login.secret_hash = successor.digest
                login.renewed_at = login.last_used_at = datetime.now(UTC)
                login.expires_at = login.renewed_at + REFRESH_TOKEN_LIFETIME
                return self._pair(login.user_id, successor)
            if login is not None:
                # Somebody has used it before: the owner or a thief, and we cannot tell which.
                await repository.revoke_logins(session, login.user_id, only=login.id)
                record_event(session, Action.REFRESH_TOKEN_REUSED, actor_id=login.user_id)
                self.callers.forget(login.user_id, login.id)
        raise Unauthorized("The refresh token is not valid")

    async def log_out(self, caller: Caller) -> None:
        """End the login that the caller's token or session is of."""
        if caller.login_id is None:
            return
        async with unscoped_transaction(self.engine) as session:
            await repository.revoke_logins(session, caller.user_id, only=caller.login_id)
            record_event(session, Action.LOGGED_OUT, actor_id=caller.user_id)
        self.callers.forget(caller.user_id, caller.login_id)

    async def describe(self, user_id: int, login_id: UUID) -> CurrentUser:
        """Who has just logged in, with the sites of their whole scope.

        Raises:
            InvalidCredentials: They were deactivated while the password was being checked.
        """
        caller = await self.callers.get(user_id, login_id)
        if caller is None:
            raise InvalidCredentials
        async with read_session(self.engine, SiteScope.of(caller)) as session:
            return await describe_caller(session, caller)

    async def _open(self, user_id: int, device: Device) -> RefreshToken:
        token = RefreshToken.new(uuid4())
        login = NewLogin(
            id=token.row_id,
            kind=LoginKind.TOKEN,
            method=LoginMethod.PASSWORD,
            secret_hash=token.digest,
            expires_at=datetime.now(UTC) + REFRESH_TOKEN_LIFETIME,
        )
        async with unscoped_transaction(self.engine) as session:
            await repository.create_login(session, user_id, login, device)
            record_event(session, Action.LOGIN_SUCCEEDED, actor_id=user_id)
        return token

    def _pair(self, user_id: int, token: RefreshToken) -> TokenPair:
        return TokenPair(
            access_token=self.issuer.issue(user_id, token.row_id, datetime.now(UTC)),
            expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
            refresh_token=str(token),
        )

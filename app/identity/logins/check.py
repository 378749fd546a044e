"""Checking a password, and the code of a second factor where the account has one.

No transaction is held while a password is hashed, and what a refusal leaves behind (its count,
its event) is committed before the refusal is raised. Unknown users, wrong passwords and inactive
accounts cost the same work and get the same answer.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.caller import Caller
from app.auth.passwords import PasswordHasher
from app.core.database import unscoped_transaction
from app.core.errors import Conflict, InvalidCredentials, ValidationFailed
from app.identity.logins import repository
from app.identity.logins.attempts import Attempts
from app.identity.logins.device import Device
from app.identity.logins.repository import LoginCandidate
from app.identity.totp.second_factors import SecondFactors


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """What checking a password needs of the process."""

    engine: AsyncEngine
    passwords: PasswordHasher
    attempts: Attempts
    second_factors: SecondFactors

    async def require(self, login: str, password: str, device: Device, *, totp: str | None) -> int:
        """The user whom a login, a password and a code are of.

        Raises:
            InvalidCredentials: Unknown user, wrong password or inactive account, all alike; or
                a wrong code.
            SecondFactorNeeded: Only the code is missing.
            Locked: There were too many of these from this address.
        """
        candidate = await self._find(login)
        user_id = candidate.user_id if candidate else None
        # By the account where there is one: its name and its address are no two chances.
        account = f"name:{login.lower()}" if user_id is None else _account(user_id)
        async with self.attempts.counted(account, device.network, user_id=user_id):
            password_hash = candidate.password_hash if candidate else None
            is_right = await self.passwords.verify_password(password, password_hash)
            if candidate is None or not is_right or not candidate.is_active:
                raise InvalidCredentials
            await self.second_factors.require(candidate.user_id, totp)
        await self._renew_hash(candidate, password)
        return candidate.user_id

    @asynccontextmanager
    async def own_guess(self, caller: Caller, device: Device) -> AsyncIterator[None]:
        """Count what is done in the block like a login, though its caller stays logged in.

        What it shows is a part of what a login may need, so earlier failures are not forgotten:
        who knows the password only could go on guessing codes.

        Raises:
            ValidationFailed: The block raised InvalidCredentials.
            Locked: There were too many of these from this address.
        """
        counted = self.attempts.counted(
            _account(caller.user_id), device.network, user_id=caller.user_id, forgives=False
        )
        try:
            async with counted:
                yield
        except InvalidCredentials as error:
            raise ValidationFailed(details=error.details) from None

    async def require_own_password(
        self, caller: Caller, password: str, *, field: str = "password"
    ) -> None:
        """Refuse whoever calls without knowing the caller's password, within `own_guess`.

        Raises:
            InvalidCredentials: It is wrong; `field` is what the details call it.
            Conflict: The caller has none.
        """
        candidate = await self._find(caller.username)
        if candidate is None or candidate.user_id != caller.user_id:
            raise Conflict("This account has no password; have a link sent by e-mail to set one")
        if not await self.passwords.verify_password(password, candidate.password_hash):
            raise InvalidCredentials(details={field: "Password is wrong"})

    async def _find(self, login: str) -> LoginCandidate | None:
        async with unscoped_transaction(self.engine) as session:
            return await repository.find_login_candidate(session, login)

    async def _renew_hash(self, candidate: LoginCandidate, password: str) -> None:
        """Hash again what was hashed with other costs than today's, now that we can."""
        if not self.passwords.needs_rehash(candidate.password_hash):
            return
        password_hash = await self.passwords.hash_password(password)
        async with unscoped_transaction(self.engine) as session:
            await repository.store_password_hash(session, candidate.user_id, password_hash)


def _account(user_id: int) -> str:
    return f"user:{user_id}"

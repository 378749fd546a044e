"""The second factors of local accounts: offered, confirmed, asked for, removed."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.auth.caller import Caller
from app.core.database import unscoped_transaction
from app.core.errors import Conflict, InvalidCredentials, SecondFactorNeeded, Unavailable
from app.core.sealing import KeyRing, SealBrokenError
from app.identity.totp import repository
from app.identity.totp.codes import new_secret, otpauth_uri, step_of
from app.identity.totp.schemas import NewSecondFactor

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What second factors need of the process."""

    engine: AsyncEngine
    key_ring: KeyRing

    async def offer(self, caller: Caller) -> NewSecondFactor:
        """Make a secret, which counts once a code of it has come back.

        Raises:
            Conflict: One counts already.
        """
        secret = new_secret()
        sealed = self.key_ring.seal(secret, context=sealing_context(caller.user_id))
        async with unscoped_transaction(self.engine) as session:
            if not await repository.store_pending(session, caller.user_id, sealed):
                raise Conflict("There is a second factor already; remove it first")
        return NewSecondFactor(secret=secret, otpauth_uri=otpauth_uri(secret, caller.username))

    async def confirm(self, user_id: int, code: str) -> None:
        """Let a second factor count from now on; the code that confirms it is used up.

        Raises:
            InvalidCredentials: The code is wrong.
            Conflict: None is waiting to be confirmed.
        """
        async with unscoped_transaction(self.engine) as session:
            row = await repository.lock_pending(session, user_id)
            if row is None:
                raise Conflict("There is no second factor to confirm; ask for one first")
            row.last_step = self._step(user_id, row.secret, code)
            if row.last_step is None:
                raise _wrong_code()
            row.confirmed_at = datetime.now(UTC)
            record_event(session, Action.SECOND_FACTOR_ADDED, actor_id=user_id)

    async def require(self, user_id: int, code: str | None) -> None:
        """Refuse whoever does not show the code that a user's second factor asks for.

        Raises:
            SecondFactorNeeded: There is no code.
            InvalidCredentials: It is wrong, or was used before (RFC 6238, section 5.2).
        """
        async with unscoped_transaction(self.engine) as session:
            secret = await repository.find_secret(session, user_id)
            if secret is None:
                return
            if code is None:
                raise SecondFactorNeeded(details={"totp": "Code is required"})
            step = self._step(user_id, secret, code)
            if step is None or not await repository.use_step(session, user_id, step):
                raise _wrong_code()

    async def remove(self, user_id: int) -> None:
        """Remove a user's second factor.

        Raises:
            Conflict: They have none.
        """
        async with unscoped_transaction(self.engine) as session:
            if not await repository.delete_factor(session, user_id):
                raise Conflict("There is no second factor to remove")
            record_event(session, Action.SECOND_FACTOR_REMOVED, actor_id=user_id)

    def _step(self, user_id: int, sealed: bytes, code: str) -> int | None:
        try:
            secret = self.key_ring.open(sealed, context=sealing_context(user_id))
        except SealBrokenError:
            logger.error("second_factor_unreadable", user_id=user_id)
            raise Unavailable("The second factor cannot be checked just now") from None
        return step_of(secret, code, datetime.now(UTC))


def sealing_context(user_id: int) -> str:
    """What the secret of a second factor is bound to when it is sealed."""
    return f"totp:{user_id}"


def _wrong_code() -> InvalidCredentials:
    sentence = "Code is wrong, or was used already; wait for the next one"
    return InvalidCredentials("The code is wrong", details={"totp": sentence})

"""Setting a password: with the one before, or with a link by e-mail."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.audit.record import Action, record_event
from app.auth.caller import Caller, CallerCache
from app.core.database import unscoped_transaction
from app.core.errors import ValidationFailed
from app.core.queue import JobQueue
from app.core.vocabulary import MailKind
from app.identity.logins.check import PasswordCheck
from app.identity.logins.device import Device
from app.identity.logins.repository import revoke_logins
from app.identity.passwords import repository
from app.identity.passwords.link_token import LinkToken
from app.identity.people import find_by_address
from app.mail.outbox import SEND_MAIL, queue_mail

FIELD = "new_password"


@dataclass(frozen=True, slots=True)
class PasswordSetting:
    """What setting a password needs of the process."""

    engine: AsyncEngine
    check: PasswordCheck
    callers: CallerCache
    jobs: JobQueue

    async def change(self, caller: Caller, current: str, new: str, *, device: Device) -> None:
        """Set the caller's password; all of their other logins end.

        Raises:
            ValidationFailed: The current one is wrong, or the new one is easily guessed.
            Conflict: The caller has none.
            Locked: There were too many wrong ones from this address.
        """
        async with self.check.own_guess(caller, device):
            await self.check.require_own_password(caller, current, field="current_password")
        names = caller.username, caller.email, caller.full_name
        password_hash = await self.check.passwords.hash_new_password(new, field=FIELD, about=names)
        async with unscoped_transaction(self.engine) as session:
            await repository.store_password(session, caller.user_id, password_hash)
            await repository.end_links(session, caller.user_id)
            ended = await revoke_logins(session, caller.user_id, keep=caller.login_id)
            _record(session, Action.PASSWORD_CHANGED, caller.user_id, ended_logins=ended)
        self.callers.forget_all()

    async def request_link(self, address: str) -> None:
        """Have a link sent to an address, if it is an account's: the same work if it is not."""
        async with unscoped_transaction(self.engine) as session:
            user = await find_by_address(session, address)
            mail_id = await queue_mail(session, MailKind.PASSWORD_RESET, address)
            subject = None if user is None else f"user:{user.id}"
            record_event(session, Action.PASSWORD_RESET_REQUESTED, actor_id=None, subject=subject)
        await self.jobs.hurry(SEND_MAIL, mail_id)

    async def use_link(self, text: str, new: str) -> None:
        """Set the password of whom a link was sent to; all of their logins end.

        A password that is refused does not use the link up.

        Raises:
            ValidationFailed: The link cannot be used, or the password is easily guessed.
        """
        token = LinkToken.read(text)
        if token is None:
            raise _useless_link()
        async with unscoped_transaction(self.engine) as session:
            owner = await repository.find_link_owner(session, token)
        if owner is None:
            raise _useless_link()
        password_hash = await self.check.passwords.hash_new_password(
            new, field=FIELD, about=owner.names
        )
        async with unscoped_transaction(self.engine) as session:
            if not await repository.use_link(session, token):
                raise _useless_link()
            await repository.store_password(session, owner.user_id, password_hash)
            ended = await revoke_logins(session, owner.user_id)
            _record(session, Action.PASSWORD_RESET, owner.user_id, ended_logins=ended)
        self.callers.forget_all()


def _useless_link() -> ValidationFailed:
    """The same for a link that never was one, and for one that is expired, used or replaced."""
    return ValidationFailed(details={"token": "This link cannot be used any more; ask for another"})


def _record(session: AsyncSession, action: Action, user_id: int, *, ended_logins: int) -> None:
    record_event(session, action, actor_id=user_id, details={"ended_logins": ended_logins})

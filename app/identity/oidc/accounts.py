"""Whose account at the provider it is; a first login needs an invitation or an allowed domain."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.audit.record import Action, record_event
from app.auth.id_tokens import ProviderAccount
from app.auth.identities import find_linked_user
from app.core.database import unscoped_transaction
from app.core.errors import Forbidden, Unavailable
from app.identity.oidc import repository, rules
from app.identity.people import find_by_address
from app.models import User


class NotLetIn(Forbidden):
    """Somebody whom the provider knows, and who may not come in here."""

    def __init__(self, message: str, *, user_id: int | None = None) -> None:
        self.user_id = user_id
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts at one provider.

    Attributes:
        engine: Where they are kept.
        issuer: The provider.
        domains: Whose people may come in without an invitation.
    """

    engine: AsyncEngine
    issuer: str
    domains: tuple[str, ...]

    async def require_user(self, account: ProviderAccount) -> int:
        """The user whom an account belongs to, from now on if not before.

        Raises:
            NotLetIn: It belongs to nobody who may log in.
        """
        async with unscoped_transaction(self.engine) as session:
            user = await self._find_linked(session, account)
            if user is None:
                user = await self._welcome(session, account)
            _require_active(user)
        return user.id

    async def _find_linked(self, session: AsyncSession, account: ProviderAccount) -> User | None:
        user_id = await find_linked_user(session, self.issuer, account.subject)
        return await session.get(User, user_id) if user_id is not None else None

    async def _welcome(self, session: AsyncSession, account: ProviderAccount) -> User:
        address = rules.verified_address(account)
        if address is None:
            raise NotLetIn("The provider has not verified an e-mail address of yours")
        await repository.lock_address(session, address)
        # Once more: two first logins of one person come to be one account.
        if linked := await self._find_linked(session, account):
            return linked
        user = await find_by_address(session, address)
        if rules.is_of_domain(address, self.domains):
            user = user or await _create_user(session, account, address)
        elif user is None or not await repository.is_invited(session, user.id):
            raise NotLetIn(
                "You need an invitation to log in here", user_id=user.id if user else None
            )
        _require_active(user)
        await repository.link(session, self.issuer, account.subject, user_id=user.id)
        _record(session, Action.IDENTITY_LINKED, user.id)
        return user


async def _create_user(session: AsyncSession, account: ProviderAccount, address: str) -> User:
    name = rules.full_name(account, address)
    for username in rules.usernames(address):
        user = await repository.create_user(session, username, address=address, full_name=name)
        if user is not None:
            _record(session, Action.USER_CREATED, user.id)
            return user
    raise Unavailable("No account could be made; log in again")


def _require_active(user: User) -> None:
    if not user.is_active:
        raise NotLetIn("This account is not active", user_id=user.id)


def _record(session: AsyncSession, action: Action, user_id: int) -> None:
    record_event(session, action, actor_id=user_id, subject=f"user:{user_id}")

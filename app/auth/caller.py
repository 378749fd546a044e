"""Who calls: a user as the database had them at most a second ago."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.short_memory import ShortMemory
from app.core.database import unscoped_transaction
from app.core.vocabulary import LoginMethod, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A user who may call, with the role at each site as the database has it.

    Attributes:
        user_id: The user.
        username: What they log in with.
        email: Their address.
        full_name: What people call them.
        is_system_admin: Whether `roles` is every site there is.
        roles: Role by site id.
        inactive_site_ids: Those of the sites that take no writes.
        login_id: The login that the call belongs to; None for keys and a provider's tokens.
        login_method: How they logged in; None where there is no login.
        has_second_factor: Whether a local login of theirs asks for one.
    """

    user_id: int
    username: str
    email: str
    full_name: str
    is_system_admin: bool
    roles: Mapping[int, Role]
    inactive_site_ids: frozenset[int]
    login_id: UUID | None
    login_method: LoginMethod | None
    has_second_factor: bool

    @property
    def administers_by_password_alone(self) -> bool:
        """Whether nothing but a password is between a stranger and what they administer."""
        is_alone = self.login_method is LoginMethod.PASSWORD and not self.has_second_factor
        return is_alone and self.administers

    @property
    def administers(self) -> bool:
        """Whether they are a system administrator, or site_admin of some site."""
        return self.is_system_admin or Role.SITE_ADMIN in self.roles.values()


class CallerCache:
    """Reads callers, and remembers each for a second: users who may not call, too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: ShortMemory[tuple[int, UUID | None], Caller | None] = ShortMemory()

    async def get(self, user_id: int, login_id: UUID | None) -> Caller | None:
        """The user, or None when the user is not active or the login is over."""
        read = partial(read_caller, self._engine, user_id, login_id)
        return await self._known.get((user_id, login_id), read)

    def forget(self, user_id: int, login_id: UUID | None) -> None:
        """Read this one again at the next call."""
        self._known.forget((user_id, login_id))

    def forget_all(self) -> None:
        """Read everybody again: sites, roles, users or logins have changed."""
        self._known.clear()


async def read_caller(engine: AsyncEngine, user_id: int, login_id: UUID | None) -> Caller | None:
    """Ask in one statement whether user and login are good, and for the roles."""
    statement = text("SELECT * FROM app.caller(:user_id, :login_id)")
    async with unscoped_transaction(engine) as session:
        row = (
            await session.execute(statement, {"user_id": user_id, "login_id": login_id})
        ).one_or_none()
    if row is None or not row.is_active or not (row.is_login_live or login_id is None):
        return None
    roles = {site_id: Role(role) for site_id, role in zip(row.site_ids, row.roles, strict=True)}
    return Caller(
        user_id=user_id,
        username=row.username,
        email=row.email,
        full_name=row.full_name,
        is_system_admin=row.is_system_admin,
        roles=MappingProxyType(roles),
        inactive_site_ids=frozenset(row.inactive_site_ids),
        login_id=login_id,
        login_method=LoginMethod(row.login_method) if row.login_method else None,
        has_second_factor=row.has_second_factor,
    )

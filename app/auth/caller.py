"""Who calls: the user behind a token, read from the database at most a second ago."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role

MAX_AGE_SECONDS = 1.0
"""How long a removed membership, a deactivated user or a logout may go unnoticed."""

MAX_ENTRIES = 10_000


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
        family_id: The login that the token comes from.
    """

    user_id: int
    username: str
    email: str
    full_name: str
    is_system_admin: bool
    roles: Mapping[int, Role]
    inactive_site_ids: frozenset[int]
    family_id: UUID


class CallerCache:
    """Reads callers, and remembers each for a second: users who may not call, too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._entries: OrderedDict[tuple[int, UUID], tuple[float, Caller | None]] = OrderedDict()

    async def get(self, user_id: int, family_id: UUID) -> Caller | None:
        """The user, or None when the user is not active or the login is over."""
        key = (user_id, family_id)
        now = monotonic()
        entry = self._entries.get(key)
        if entry is not None and now - entry[0] < MAX_AGE_SECONDS:
            return entry[1]
        caller = await read_caller(self._engine, user_id, family_id)
        self._entries[key] = (now, caller)
        self._entries.move_to_end(key)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)
        return caller

    def forget(self, user_id: int, family_id: UUID) -> None:
        """Read this one again at the next call."""
        self._entries.pop((user_id, family_id), None)

    def forget_all(self) -> None:
        """Read everybody again: sites, roles or users have changed."""
        self._entries.clear()


async def read_caller(engine: AsyncEngine, user_id: int, family_id: UUID) -> Caller | None:
    """Ask in one statement whether user and login are good, and for the roles."""
    statement = text("SELECT * FROM app.caller(:user_id, :family_id)")
    async with unscoped_transaction(engine) as session:
        row = (
            await session.execute(statement, {"user_id": user_id, "family_id": family_id})
        ).one_or_none()
    if row is None or not row.is_active or not row.is_family_live:
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
        family_id=family_id,
    )

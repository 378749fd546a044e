"""Who is meant by an address or a user name, whatever the case. Users belong to no site."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User


def has_address(address: str) -> ColumnElement[bool]:
    """Whether a user has this e-mail address."""
    return func.lower(User.email) == func.lower(address)


async def find_by_address(session: AsyncSession, address: str) -> User | None:
    """The user with this e-mail address, active or not."""
    user: User | None = await session.scalar(select(User).where(has_address(address)))
    return user


async def find_by_name(session: AsyncSession, name: str) -> User | None:
    """The user with this user name or e-mail address, active or not."""
    is_named = func.lower(User.username) == func.lower(name)
    user: User | None = await session.scalar(select(User).where(is_named | has_address(name)))
    return user

"""Statements about accounts at the provider, and the users that they are linked to."""

from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import LinkKind
from app.models import ExternalIdentity, Login, PasswordLink, User

_OPEN_INVITATION = (
    PasswordLink.kind == LinkKind.INVITATION.value,
    PasswordLink.used_at.is_(None),
    PasswordLink.expires_at > func.now(),
)


async def lock_address(session: AsyncSession, address: str) -> None:
    """Wait until nobody else decides about this address, and hold it till the transaction ends."""
    number = func.hashtextextended(func.lower(f"first login: {address}"), 0)
    await session.execute(select(func.pg_advisory_xact_lock(number)))


async def is_invited(session: AsyncSession, user_id: int) -> bool:
    """Whether a user has an invitation that is still good."""
    is_open = select(exists().where(PasswordLink.user_id == user_id, *_OPEN_INVITATION))
    return bool(await session.scalar(is_open))


async def create_user(
    session: AsyncSession, username: str, *, address: str, full_name: str
) -> User | None:
    """Store a new user of no site, without a password; None when the name is taken."""
    statement = (
        insert(User)
        .values(username=username, email=address, full_name=full_name)
        .on_conflict_do_nothing()
        .returning(User)
    )
    user: User | None = await session.scalar(statement)
    return user


async def link(session: AsyncSession, issuer: str, subject: str, *, user_id: int) -> None:
    """Link an account to a user, who has accepted their invitation by it."""
    session.add(ExternalIdentity(issuer=issuer, subject=subject, user_id=user_id))
    await session.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, *_OPEN_INVITATION)
        .values(used_at=func.now())
    )


async def find_provider_session(session: AsyncSession, login_id: UUID) -> str | None:
    """What the provider calls a login of ours."""
    name: str | None = await session.scalar(
        select(Login.provider_session).where(Login.id == login_id)
    )
    return name

"""Statements about passwords, and about the links with which one is set."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import LinkKind
from app.identity.passwords.link_token import LinkToken
from app.identity.people import has_address
from app.models import PasswordCredential, PasswordLink, User


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is, and what others know of them."""

    user_id: int
    username: str
    email: str
    full_name: str

    @property
    def names(self) -> tuple[str, ...]:
        """What a password must not be."""
        return self.username, self.email, self.full_name


async def lock_active_user(session: AsyncSession, address: str) -> User | None:
    """The active user with this address, held so that links are made one after the other."""
    statement = (
        select(User).where(has_address(address), User.is_active).with_for_update(key_share=True)
    )
    user: User | None = await session.scalar(statement)
    return user


async def count_links(
    session: AsyncSession, user_id: int, *, kind: LinkKind, period: timedelta
) -> int:
    """How many links of a kind were made for a user lately."""
    statement = (
        select(func.count())
        .select_from(PasswordLink)
        .where(
            PasswordLink.user_id == user_id,
            PasswordLink.kind == kind.value,
            PasswordLink.created_at > func.now() - period,
        )
    )
    return await session.scalar(statement) or 0


async def create_link(
    session: AsyncSession, user_id: int, *, kind: LinkKind, lifetime: timedelta
) -> LinkToken:
    """Make a link, in the place of those that the user may still have."""
    await end_links(session, user_id)
    token = LinkToken.new(uuid4())
    statement = insert(PasswordLink).values(
        id=token.row_id,
        user_id=user_id,
        kind=kind.value,
        secret_hash=token.digest,
        expires_at=func.now() + lifetime,
    )
    await session.execute(statement)
    return token


async def end_links(session: AsyncSession, user_id: int) -> None:
    """Make all links of a user useless."""
    await session.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, PasswordLink.expires_at > func.now())
        .values(expires_at=func.now())
    )


async def find_link_owner(session: AsyncSession, token: LinkToken) -> Owner | None:
    """The active user whom a link is for; None when it cannot be used."""
    statement = (
        select(User.id, User.username, User.email, User.full_name)
        .join(PasswordLink, PasswordLink.user_id == User.id)
        .where(_is_usable(token), User.is_active)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Owner(*row)


async def use_link(session: AsyncSession, token: LinkToken) -> bool:
    """Use a link up; of two at once, one is told that it could."""
    is_active = PasswordLink.user_id.in_(select(User.id).where(User.is_active))
    statement = (
        update(PasswordLink)
        .where(_is_usable(token), is_active)
        .values(used_at=func.now())
        .returning(PasswordLink.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement) is not None


async def store_password(session: AsyncSession, user_id: int, password_hash: str) -> None:
    """Set a user's password, the first or another."""
    # The application may write hashes and not read them, not even the one it is writing.
    content = {"password_hash": password_hash, "changed_at": func.now()}
    await session.execute(
        insert(PasswordCredential)
        .values(user_id=user_id, **content)
        .on_conflict_do_update(index_elements=["user_id"], set_=content)
    )


async def delete_old_links(session: AsyncSession, *, kept: timedelta) -> int:
    """Remove the links that are over, and too old to be counted; answers how many."""
    statement = delete(PasswordLink).where(
        PasswordLink.expires_at < func.now(), PasswordLink.created_at < func.now() - kept
    )
    return len((await session.execute(statement.returning(PasswordLink.id))).all())


def _is_usable(token: LinkToken) -> ColumnElement[bool]:
    return (
        (PasswordLink.id == token.row_id)
        & (PasswordLink.secret_hash == token.digest)
        & PasswordLink.used_at.is_(None)
        & (PasswordLink.expires_at > func.now())
    )

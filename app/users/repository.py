"""Statements about users. Users belong to no site: each says itself whom it shows."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.changes import changes_of
from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.core.vocabulary import Role
from app.models import Login, Membership, PasswordCredential, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession, WriteSession


async def list_users(session: ReadSession, page: PageRequest) -> tuple[list[User], int]:
    """A page of the users that the scope's holder administers, and how many there are."""
    is_shown = _is_shown(session.scope)
    statement = (
        select(User)
        .where(is_shown)
        .order_by(func.lower(User.full_name), User.id)
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = (await session.scalars(statement)).all()
    total = await session.scalar(select(func.count()).select_from(User).where(is_shown))
    return list(rows), total or 0


async def get_user(session: ReadSession, user_id: int) -> User:
    """One user.

    Raises:
        NotFound: There is none, or none that the scope's holder may see.
    """
    statement = select(User).where(User.id == user_id, _is_shown(session.scope))
    row: User | None = await session.scalar(statement)
    if row is None:
        raise NotFound("There is no such user")
    return row


async def create_user(
    session: AsyncSession, content: Mapping[str, object], password_hash: str | None
) -> User:
    """Store a new user, with a password or without."""
    row = User(**content)
    session.add(row)
    await session.flush()
    if password_hash is not None:
        session.add(PasswordCredential(user_id=row.id, password_hash=password_hash))
    return row


async def update_user(
    session: WriteSession, user_id: int, content: Mapping[str, object]
) -> tuple[User, dict[str, object]]:
    """Change a user, and tell of what; one who is not active any more is logged out everywhere.

    Raises:
        NotFound: There is no such user.
        Conflict: No active system administrator would be left.
    """
    row = await lock_user(session, user_id)
    stays_admin = content.get("is_active", row.is_active) and content.get(
        "is_system_admin", row.is_system_admin
    )
    if row.is_active and row.is_system_admin and not stays_admin:
        await refuse_if_last_admin(session, user_id)
    changes = changes_of(row, content, told={"is_active", "is_system_admin"})
    for name, value in content.items():
        setattr(row, name, value)
    await session.flush()
    if not row.is_active:
        await _revoke_logins(session, user_id)
    return row, changes


async def lock_user(session: WriteSession, user_id: int) -> User:
    """One user to be changed; others wait until it is done.

    All system administrators are held too, so that two of them cannot deactivate each other.

    Raises:
        NotFound: There is no such user.
    """
    rows = await session.scalars(
        select(User)
        .where((User.id == user_id) | (User.is_system_admin & User.is_active))
        .order_by(User.id)
        .with_for_update()
    )
    row = next((row for row in rows if row.id == user_id), None)
    if row is None:
        raise NotFound("There is no such user")
    return row


async def refuse_if_last_admin(session: WriteSession, user_id: int) -> None:
    """Refuse to let go of whoever alone can administer the system; they are held by then.

    Raises:
        Conflict: No active system administrator would be left.
    """
    others = await session.scalar(
        select(func.count())
        .select_from(User)
        .where(User.is_system_admin, User.is_active, User.id != user_id)
    )
    if not others:
        raise Conflict("This is the last active system administrator")


def _is_shown(scope: SiteScope) -> ColumnElement[bool]:
    """A system administrator sees everybody, a site_admin the members of their sites."""
    if scope.is_system_admin:
        return true()
    administered = [site_id for site_id, role in scope.roles.items() if role is Role.SITE_ADMIN]
    members = select(Membership.user_id).where(Membership.site_id.in_(administered))
    return User.id.in_(members)


async def _revoke_logins(session: WriteSession, user_id: int) -> None:
    await session.execute(
        update(Login)
        .where(Login.user_id == user_id, Login.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )

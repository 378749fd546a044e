"""Statements about who holds which role at a site."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.core.vocabulary import Role
from app.models import Membership, User
from app.tenancy.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Member:
    """A person with their role."""

    user: User
    membership: Membership


async def list_members(session: ReadSession, page: PageRequest) -> tuple[list[Member], int]:
    """A page of the members of the scope's site by name, and how many there are."""
    statement = (
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .order_by(func.lower(User.full_name), User.id)
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = [Member(*row) for row in (await session.execute(statement))]
    total = await session.scalar(select(func.count()).select_from(Membership))
    return rows, total or 0


async def find_person(session: WriteSession, *, user_id: int | None, email: str | None) -> User:
    """The person to become a member.

    Raises:
        NotFound: There is nobody with this id or address.
        Conflict: The account is not active.
    """
    is_meant = (
        User.id == user_id if user_id is not None else func.lower(User.email) == func.lower(email)
    )
    user: User | None = await session.scalar(select(User).where(is_meant))
    if user is None:
        raise NotFound("There is no such user")
    if not user.is_active:
        raise Conflict("The user is not active")
    return user


async def add_member(session: WriteSession, site_id: int, user: User, role: Role) -> Member:
    """Give a person a role at the site.

    Raises:
        Conflict: They have one.
    """
    if await _find(session, user.id) is not None:
        raise Conflict("The user is a member already")
    membership = Membership(site_id=site_id, user_id=user.id, role=role.value)
    session.add(membership)
    await session.flush()
    return Member(user, membership)


async def change_role(session: WriteSession, user_id: int, role: Role) -> tuple[Member, Role]:
    """Give a member another role; answers the one that they had, too.

    Raises:
        NotFound: The person is no member.
        Conflict: Nobody would be left to administer the site.
    """
    member = await _lock_member(session, user_id)
    if role is not Role.SITE_ADMIN:
        await _refuse_if_last_admin(session, member)
    old_role = Role(member.membership.role)
    member.membership.role = role.value
    await session.flush()
    return member, old_role


async def remove_member(session: WriteSession, user_id: int) -> None:
    """Take a person's role at the site away.

    Raises:
        NotFound: The person is no member.
        Conflict: Nobody would be left to administer the site.
    """
    member = await _lock_member(session, user_id)
    await _refuse_if_last_admin(session, member)
    await session.delete(member.membership)
    await session.flush()


async def _find(session: ReadSession, user_id: int) -> Member | None:
    statement = (
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(User.id == user_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return Member(*row) if row else None


async def _lock_member(session: WriteSession, user_id: int) -> Member:
    # All admins of the site are locked, so that two of them cannot remove each other at once.
    is_concerned = (Membership.user_id == user_id) | (Membership.role == Role.SITE_ADMIN.value)
    await session.scalars(
        select(Membership).where(is_concerned).order_by(Membership.user_id).with_for_update()
    )
    member = await _find(session, user_id)
    if member is None:
        raise NotFound("The user is not a member of this site")
    return member


async def _refuse_if_last_admin(session: ReadSession, member: Member) -> None:
    if member.membership.role != Role.SITE_ADMIN.value:
        return
    others = await session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role == Role.SITE_ADMIN.value,
            Membership.user_id != member.user.id,
            User.is_active,
        )
    )
    if not others:
        raise Conflict("This is the site's last site_admin")

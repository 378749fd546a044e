"""Statements about sites; each sees the sites of its session's scope only."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select

from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.models import Interaction, Membership, Site, User
from app.tenancy.session import ReadSession, WriteSession


async def list_sites(session: ReadSession, page: PageRequest) -> tuple[list[Site], int]:
    """A page of the scope's sites by name, and how many there are."""
    statement = (
        select(Site)
        .where(_is_own(session))
        .order_by(func.lower(Site.name), Site.id)
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = (await session.scalars(statement)).all()
    total = await session.scalar(select(func.count()).select_from(Site).where(_is_own(session)))
    return list(rows), total or 0


async def get_site(session: ReadSession, site_id: int) -> Site:
    """One site of the scope.

    Raises:
        NotFound: It is not there.
    """
    row: Site | None = await session.scalar(
        select(Site).where(Site.id == site_id, _is_own(session))
    )
    if row is None:
        raise NotFound("There is no such site")
    return row


async def lock_site(session: WriteSession, site_id: int) -> Site:
    """One site, which nobody else changes until the transaction ends.

    Raises:
        NotFound: It is not there.
    """
    row: Site | None = await session.scalar(
        select(Site).where(Site.id == site_id, _is_own(session)).with_for_update()
    )
    if row is None:
        raise NotFound("There is no such site")
    return row


async def create_site(session: WriteSession, content: Mapping[str, object]) -> Site:
    """Store a new site."""
    row = Site(**content)
    session.add(row)
    await session.flush()
    return row


async def update_site(session: WriteSession, row: Site, content: Mapping[str, object]) -> None:
    """Change a locked site."""
    for name, value in content.items():
        setattr(row, name, value)
    await session.flush()
    await session.refresh(row)


async def deactivate_site(session: WriteSession, row: Site, *, force: bool) -> None:
    """Take a site out of everybody's scope; its records stay.

    Raises:
        Conflict: It still has members, and it is not to be forced.
    """
    members = await session.scalar(select(func.count()).select_from(Membership))
    if members and not force:
        raise Conflict(f"The site still has {members} members", details={"members": members})
    row.is_active = False
    await session.flush()


async def count_interactions(session: ReadSession, site_ids: list[int]) -> dict[int, int]:
    """The number of interactions of each site."""
    statement = (
        select(Interaction.site_id, func.count())
        .where(Interaction.site_id.in_(site_ids), Interaction.deleted_at.is_(None))
        .group_by(Interaction.site_id)
    )
    return dict((await session.execute(statement)).all())


async def count_members(session: ReadSession, site_ids: list[int]) -> dict[int, int]:
    """The number of active people who hold a role at each site."""
    statement = (
        select(Membership.site_id, func.count())
        .join(User, User.id == Membership.user_id)
        .where(Membership.site_id.in_(site_ids), User.is_active)
        .group_by(Membership.site_id)
    )
    return dict((await session.execute(statement)).all())


def _is_own(session: ReadSession) -> ColumnElement[bool]:
    """What the session's listener says too; the sites themselves have no second wall behind it."""
    return Site.id.in_(session.scope.site_ids)

"""Statements about interactions; each sees the sites of its session's scope only."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.pagination import PageRequest
from app.core.vocabulary import ChangeType
from app.interactions.filters import InteractionFilters
from app.interactions.history import content_of, record_change
from app.interactions.search import conditions, ordering
from app.models import Interaction, Site, User
from app.tenancy.session import ReadSession, WriteSession


class InteractionNotFound(NotFound):
    """The scope holds no such interaction; whether another site does is still to be asked."""

    message = "There is no such interaction"

    def __init__(self, interaction_id: int) -> None:
        super().__init__()
        self.interaction_id = interaction_id


async def get_interaction(session: ReadSession, interaction_id: int) -> Interaction:
    """One interaction.

    Raises:
        InteractionNotFound: It is not in the scope, or deleted.
    """
    row = await find_interaction(session, interaction_id)
    if row is None or row.deleted_at is not None:
        raise InteractionNotFound(interaction_id)
    return row


async def find_interaction(session: ReadSession, interaction_id: int) -> Interaction | None:
    """One interaction, deleted or not; None when it is not in the scope."""
    statement = select(Interaction).where(Interaction.id == interaction_id)
    row: Interaction | None = await session.scalar(statement)
    return row


async def lock_interaction(session: WriteSession, interaction_id: int) -> Interaction:
    """One interaction, which nobody else changes until the transaction ends.

    Raises:
        InteractionNotFound: It is not in the scope, or deleted.
    """
    statement = (
        select(Interaction)
        .where(Interaction.id == interaction_id, Interaction.deleted_at.is_(None))
        .with_for_update()
    )
    row: Interaction | None = await session.scalar(statement)
    if row is None:
        raise InteractionNotFound(interaction_id)
    return row


async def list_interactions(
    session: ReadSession, filters: InteractionFilters, page: PageRequest
) -> tuple[list[Interaction], int]:
    """A page of the interactions that the filters let through, and how many there are."""
    found = conditions(filters)
    statement = (
        select(Interaction)
        .where(*found)
        .order_by(*ordering(filters))
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = (await session.scalars(statement)).all()
    total = await session.scalar(select(func.count()).select_from(Interaction).where(*found))
    return list(rows), total or 0


async def create_interaction(
    session: WriteSession, site_id: int, content: Mapping[str, object]
) -> Interaction:
    """Store a new interaction of a site, and the first entry of its history."""
    (row,) = await create_interactions(session, site_id, [content])
    return row


async def create_interactions(
    session: WriteSession,
    site_id: int,
    contents: Iterable[Mapping[str, object]],
    *,
    operation_id: UUID | None = None,
) -> list[Interaction]:
    """Store new interactions of a site in one statement, and their first history in another."""
    common = {"site_id": site_id, "operation_id": operation_id}
    people = dict.fromkeys(("created_by", "updated_by"), session.scope.user_id)
    rows = [Interaction(**common, **people, **content) for content in contents]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        record_change(session, row, ChangeType.CREATE, before=None, after=content_of(row))
    return rows


async def update_interaction(
    session: WriteSession, row: Interaction, content: Mapping[str, object]
) -> None:
    """Change a locked interaction; what changes nothing makes no version and no history."""
    await update_interactions(session, [(row, content)])


async def update_interactions(
    session: WriteSession,
    contents: Iterable[tuple[Interaction, Mapping[str, object]]],
    *,
    operation_id: UUID | None = None,
) -> None:
    """Change interactions; what changes nothing makes no version and no history."""
    changed = []
    for row, content in contents:
        before = content_of(row)
        for name, value in content.items():
            setattr(row, name, value)
        after = content_of(row)
        if after != before:
            row.updated_by, row.operation_id = session.scope.user_id, operation_id
            changed.append((row, before, after))
    await session.flush()
    for row, before, after in changed:
        record_change(session, row, ChangeType.UPDATE, before=before, after=after)


async def delete_interaction(session: WriteSession, row: Interaction) -> None:
    """Put a locked interaction into the trash."""
    row.deleted_at = datetime.now(UTC)
    row.updated_by, row.operation_id = session.scope.user_id, None
    await session.flush()
    record_change(session, row, ChangeType.DELETE, before=content_of(row), after=None)


async def find_by_external_ids(
    session: ReadSession, site_id: int, external_ids: Iterable[str]
) -> dict[str, Interaction]:
    """The interactions of a site that came from these keys of another system, by key."""
    statement = select(Interaction).where(
        Interaction.site_id == site_id,
        Interaction.external_id.in_(external_ids),
        Interaction.deleted_at.is_(None),
    )
    return {str(row.external_id): row for row in await session.scalars(statement)}


async def list_deleted_external_ids(session: ReadSession, site_id: int) -> set[str]:
    """The keys of other systems whose interactions are in the site's trash."""
    deleted = select(Interaction.external_id).where(
        Interaction.site_id == site_id,
        Interaction.external_id.is_not(None),
        Interaction.deleted_at.is_not(None),
    )
    return {str(external_id) for external_id in await session.scalars(deleted)}


async def site_of_interaction(session: AsyncSession, interaction_id: int) -> int | None:
    """The site of an interaction, whoever asks; None when it is deleted or unknown."""
    site_id: int | None = await session.scalar(
        text("SELECT app.site_of_interaction(:id)"), {"id": interaction_id}
    )
    return site_id


async def list_sites_by_id(session: ReadSession, site_ids: set[int]) -> dict[int, Site]:
    """Sites of the scope, by id."""
    rows = await session.scalars(
        select(Site).where(Site.id.in_(site_ids & set(session.scope.site_ids)))
    )
    return {row.id: row for row in rows}


async def list_users_by_id(session: ReadSession, user_ids: set[int]) -> dict[int, User]:
    """The people who wrote what the scope holds, by id."""
    rows = await session.scalars(select(User).where(User.id.in_(user_ids)))
    return {row.id: row for row in rows}

"""Statements about interactions; each sees the sites of its session's scope only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, any_, exists, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.vocabulary import ChangeType
from app.interactions.counts import record_deltas
from app.interactions.history import content_of, record_change
from app.models import Interaction, Operation, Site, User
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


async def lock_interactions(
    session: WriteSession, interaction_ids: Iterable[int]
) -> dict[int, Interaction]:
    """Those of some interactions that are there, which nobody else changes meanwhile, by id.

    In the order of their ids: two who lock the same ones never wait for each other in a circle.
    """
    statement = (
        select(Interaction)
        .where(
            Interaction.id == any_(literal([*interaction_ids], ARRAY(BigInteger()))),
            Interaction.deleted_at.is_(None),
        )
        .order_by(Interaction.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await session.scalars(statement)}


async def lock_by_external_id(
    session: WriteSession, site_id: int, external_id: str
) -> Interaction | None:
    """The interaction of a site that came from a key of another system, locked; None: no such."""
    statement = (
        select(Interaction)
        .where(
            Interaction.site_id == site_id,
            Interaction.external_id == external_id,
            Interaction.deleted_at.is_(None),
        )
        .with_for_update()
    )
    row: Interaction | None = await session.scalar(statement)
    return row


async def lock_even_deleted(session: WriteSession, interaction_id: int) -> Interaction:
    """One interaction, in the trash or not, which nobody else changes until the transaction ends.

    Raises:
        InteractionNotFound: It is not in the scope.
    """
    statement = select(Interaction).where(Interaction.id == interaction_id).with_for_update()
    row: Interaction | None = await session.scalar(statement)
    if row is None:
        raise InteractionNotFound(interaction_id)
    return row


async def update_interaction(
    session: WriteSession,
    row: Interaction,
    content: Mapping[str, object],
    *,
    operation_id: UUID | None = None,
) -> None:
    """Change a locked interaction; what changes nothing makes no version and no history."""
    await update_interactions(session, [(row, content)], operation_id=operation_id)


async def update_interactions(
    session: WriteSession,
    contents: Iterable[tuple[Interaction, Mapping[str, object]]],
    *,
    operation_id: UUID | None = None,
    change_type: ChangeType = ChangeType.UPDATE,
) -> None:
    """Change interactions; what changes nothing makes no version and no history."""
    changed = []
    for row, content in contents:
        before, beside_before = content_of(row), _beside(row)
        for name, value in content.items():
            setattr(row, name, value)
        after = content_of(row)
        if after != before or _beside(row) != beside_before:
            row.updated_by, row.operation_id = session.scope.user_id, operation_id
            changed.append((row, before, after))
    await session.flush()
    deltas = defaultdict(list)
    for row, before, after in changed:
        record_change(session, row, change_type, before=before, after=after)
        deltas[row.site_id].append((before, after))
    for site_id, of_site in deltas.items():
        await record_deltas(session, site_id, of_site)


def _beside(row: Interaction) -> tuple[object, ...]:
    """What can be changed of an interaction and is not in its history."""
    return row.sealed_notes, row.legal_hold


async def delete_interaction(
    session: WriteSession, row: Interaction, *, operation_id: UUID | None = None
) -> None:
    """Put a locked interaction into the trash."""
    row.deleted_at = datetime.now(UTC)
    row.updated_by, row.operation_id = session.scope.user_id, operation_id
    await session.flush()
    before = content_of(row)
    record_change(session, row, ChangeType.DELETE, before=before, after=None)
    await record_deltas(session, row.site_id, [(before, None)])


async def restore_interaction(
    session: WriteSession,
    row: Interaction,
    content: Mapping[str, object],
    *,
    operation_id: UUID | None = None,
) -> None:
    """Take a locked interaction out of the trash, with other content as far as that is given.

    Whatever brought it there, also an operation that was taken back, is over for it.
    """
    for name, value in content.items():
        setattr(row, name, value)
    row.deleted_at = None
    row.updated_by, row.operation_id = session.scope.user_id, operation_id
    await session.flush()
    after = content_of(row)
    record_change(session, row, ChangeType.RESTORE, before=None, after=after)
    await record_deltas(session, row.site_id, [(None, after)])


async def find_by_external_ids(
    session: ReadSession, site_id: int, external_ids: Iterable[str]
) -> dict[str, Interaction]:
    """The interactions of a site that came from these keys of another system, by key."""
    statement = select(Interaction).where(
        Interaction.site_id == site_id,
        Interaction.external_id == any_(_texts(external_ids)),
        Interaction.deleted_at.is_(None),
    )
    return {str(row.external_id): row for row in await session.scalars(statement)}


async def find_deleted_external_ids(
    session: ReadSession, site_id: int, external_ids: Iterable[str]
) -> set[str]:
    """Those of these keys of another system whose interactions somebody put into the trash.

    What is there because an operation was taken back is as if it had never been.
    """
    is_taken_back = exists().where(Operation.undo_id == Interaction.operation_id)
    deleted = select(Interaction.external_id).where(
        Interaction.site_id == site_id,
        Interaction.external_id == any_(_texts(external_ids)),
        Interaction.deleted_at.is_not(None),
        ~is_taken_back,
    )
    return {str(external_id) for external_id in await session.scalars(deleted)}


def _texts(words: Iterable[str]) -> ColumnElement[list[str]]:
    """As one value: of hundreds by themselves the database would make a plan each time."""
    return literal([*words], ARRAY(Text()))


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

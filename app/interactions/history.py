"""The history of interactions, written in the transaction of each change."""

from sqlalchemy import func, select

from app.core.pagination import PageRequest
from app.core.vocabulary import ChangeType
from app.interactions.rules import changed_fields
from app.models import Interaction, InteractionChange
from app.tenancy.session import ReadSession, WriteSession

CONTENT = (
    "title",
    "type",
    "lead",
    "start_datetime",
    "end_datetime",
    "timezone",
    "location",
    "description",
    "notes",
    "external_id",
)


def content_of(row: Interaction) -> dict[str, object]:
    """What people wrote, as JSON can hold it; times in UTC."""
    content = {name: getattr(row, name) for name in CONTENT}
    for name in ("start_datetime", "end_datetime"):
        content[name] = content[name].isoformat().replace("+00:00", "Z")
    return content


def record_change(
    session: WriteSession,
    row: Interaction,
    change_type: ChangeType,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    """Add the change that led to the row's present version.

    Of confidential notes history knows nothing but that something was changed, and by whom: if
    that was all, `changes` is empty and the states before and after are the same.
    """
    session.add(
        InteractionChange(
            site_id=row.site_id,
            interaction_id=row.id,
            version=row.version,
            change_type=change_type.value,
            changed_by=session.scope.user_id,
            api_key_id=session.scope.api_key_id,
            changes=changed_fields(before or {}, after or {}),
            before_state=before,
            after_state=after,
            operation_id=row.operation_id,
        )
    )


async def find_site_of_history(session: ReadSession, interaction_id: int) -> int | None:
    """The site of the scope that has a history of an interaction; None when none has."""
    is_its = InteractionChange.interaction_id == interaction_id
    statement = select(InteractionChange.site_id).where(is_its).limit(1)
    site_id: int | None = await session.scalar(statement)
    return site_id


async def list_changes(
    session: ReadSession, interaction_id: int, page: PageRequest
) -> tuple[list[InteractionChange], int]:
    """A page of the changes of one interaction, newest first, and how many there are."""
    is_its = InteractionChange.interaction_id == interaction_id
    statement = (
        select(InteractionChange)
        .where(is_its)
        .order_by(InteractionChange.version.desc())
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows = (await session.scalars(statement)).all()
    total = await session.scalar(select(func.count()).select_from(InteractionChange).where(is_its))
    return list(rows), total or 0

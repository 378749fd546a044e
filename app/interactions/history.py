"""The history of interactions, written in the transaction of each change."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, func, literal, select

from app.core.pagination import PageRequest
from app.core.vocabulary import ChangeType
from app.interactions.rules import changed_fields
from app.models import Interaction, InteractionChange, Operation
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

UNDO = "undo"
"""What is called so that takes an operation back, beside the kinds of operations."""

Told = tuple[InteractionChange, str | None]
"""A change, and the kind of the operation that it was a part of, if it was of one."""


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
    session: ReadSession, interaction_id: int, page: PageRequest, *, field: str | None = None
) -> tuple[list[Told], int]:
    """A page of the changes of one interaction, newest first, and how many there are.

    Args:
        session: Its scope includes the interaction.
        interaction_id: Whose changes.
        page: Which of them.
        field: Only those that changed this field; None: all.
    """
    found = [InteractionChange.interaction_id == interaction_id]
    if field is not None:
        found.append(InteractionChange.changes.has_key(field))
    statement = (
        select(InteractionChange, kind_of_operation(InteractionChange.operation_id))
        .where(*found)
        .order_by(InteractionChange.version.desc())
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows: list[Told] = [(change, kind) for change, kind in await session.execute(statement)]
    total = await session.scalar(select(func.count()).select_from(InteractionChange).where(*found))
    return rows, total or 0


async def find_state(
    session: ReadSession, interaction_id: int, version: int
) -> dict[str, object] | None:
    """The content of an interaction in a version; None when that had none."""
    state: dict[str, object] | None = await session.scalar(
        select(InteractionChange.after_state).where(
            InteractionChange.interaction_id == interaction_id,
            InteractionChange.version == version,
        )
    )
    return state


def kind_of_operation(operation_id: SQLColumnExpression[Any]) -> ColumnElement[str | None]:
    """The kind of the operation that a change carries: its own, or that it takes one back.

    Two looks by key: a condition with an `or` would have the table read from end to end.
    """
    own = select(Operation.kind).where(Operation.id == operation_id).scalar_subquery()
    undo = select(literal(UNDO, String())).where(Operation.undo_id == operation_id)
    return func.coalesce(own, undo.scalar_subquery())

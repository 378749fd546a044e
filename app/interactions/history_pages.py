"""The history of one interaction, as it is read."""

from collections.abc import Sequence

from app.core.pagination import PageRequest, page_fields
from app.interactions import editing, history, repository
from app.interactions.history import Told
from app.interactions.history_schemas import Change, HistoryPage, OperationName
from app.interactions.schemas import PersonName
from app.tenancy.session import ReadSession


async def read_page(
    session: ReadSession, interaction_id: int, paging: PageRequest, *, field: str | None
) -> HistoryPage:
    """A page of the changes of an interaction, or of one of its fields.

    Raises:
        InteractionNotFound: There is none, or its history is not for the caller.
    """
    row = await repository.find_interaction(session, interaction_id)
    if row is None:
        site_id = await history.find_site_of_history(session, interaction_id)
        editing.refuse_reading_history_of_purged(session.scope, site_id, interaction_id)
    else:
        editing.refuse_reading_history(session.scope, row)
    rows, total = await history.list_changes(session, interaction_id, paging, field=field)
    changes = await _present(session, rows, field)
    return HistoryPage(history=changes, **page_fields(paging, total))


async def _present(session: ReadSession, rows: Sequence[Told], field: str | None) -> list[Change]:
    """The answers for a page of history, with the name of who made each change."""
    users = await repository.list_users_by_id(session, {row.changed_by for row, _ in rows})
    return [
        Change(
            id=row.id,
            version=row.version,
            change_type=row.change_type,
            changed_by=PersonName(id=row.changed_by, full_name=users[row.changed_by].full_name),
            changed_at=row.changed_at,
            api_key_id=row.api_key_id,
            operation=OperationName(id=row.operation_id, kind=kind) if kind else None,
            changes={name: change for name, change in row.changes.items() if field in (None, name)},
            before_state=row.before_state,
            after_state=row.after_state,
        )
        for row, kind in rows
    ]

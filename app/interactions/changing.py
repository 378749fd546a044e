"""Changing one interaction by all its rules: what PUT, PATCH and DELETE do, and batches too."""

from uuid import UUID

from app.core.vocabulary import Role
from app.interactions import editing, legal_hold, repository
from app.interactions.confidential import ConfidentialNotes
from app.interactions.preconditions import Precondition, refuse_stale
from app.interactions.schemas import InteractionCreate, InteractionPatch, InteractionReplace
from app.models import Interaction
from app.tenancy.session import WriteSession


def new_content(
    body: InteractionCreate | InteractionReplace, confidential: ConfidentialNotes, site_id: int
) -> dict[str, object]:
    """What is stored of a new interaction."""
    sealed = confidential.sealed(body.confidential_notes, site_id)
    return editing.content_fields(body) | {"sealed_notes": sealed}


async def replace_interaction(
    session: WriteSession,
    row: Interaction,
    body: InteractionReplace,
    *,
    confidential: ConfidentialNotes,
    condition: Precondition,
) -> None:
    """Replace all of a locked interaction.

    Raises:
        AppError: Some rule is against it; nothing has changed then.
    """
    session.scope.require_writable(row.site_id, Role.EDITOR)
    hold = legal_hold.changed(session.scope, row, body)
    condition.require_named()
    await refuse_stale(session, row, condition)
    content = editing.content_fields(body) | confidential.replaced(row, body) | hold
    await editing.refuse_changed_read_only_fields(session, row, body)
    await repository.update_interaction(session, row, content)
    legal_hold.record(session, row, hold)


async def patch_interaction(
    session: WriteSession,
    row: Interaction,
    body: InteractionPatch,
    *,
    confidential: ConfidentialNotes,
    condition: Precondition,
    operation_id: UUID | None = None,
) -> None:
    """Change a part of a locked interaction.

    Raises:
        AppError: Some rule is against it; nothing has changed then.
    """
    session.scope.require_writable(row.site_id, Role.EDITOR)
    hold = legal_hold.changed(session.scope, row, body)
    condition.require_named()
    await refuse_stale(session, row, condition)
    beside = confidential.patched(row, body) | hold
    await editing.refuse_changed_read_only_fields(session, row, body)
    content = editing.merged(row, body) | beside
    await repository.update_interaction(session, row, content, operation_id=operation_id)
    legal_hold.record(session, row, hold)


async def delete_interaction(
    session: WriteSession,
    row: Interaction,
    *,
    condition: Precondition,
    operation_id: UUID | None = None,
) -> None:
    """Put a locked interaction into the trash.

    Raises:
        AppError: Some rule is against it; nothing has changed then.
    """
    editing.refuse_deleting(session.scope, row)
    await refuse_stale(session, row, condition)
    await repository.delete_interaction(session, row, operation_id=operation_id)

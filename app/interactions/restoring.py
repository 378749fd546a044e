"""Taking an interaction out of the trash, and back to what it was in an earlier version."""

from pydantic import ValidationError

from app.core.errors import Conflict, ValidationFailed
from app.core.http.validation import model_refusal
from app.core.vocabulary import ChangeType, Role
from app.interactions import editing, history, repository, rules
from app.interactions.schemas import InteractionContent
from app.models import Interaction
from app.tenancy.session import ReadSession, WriteSession


async def lock_restorable(session: WriteSession, interaction_id: int) -> Interaction:
    """An interaction that the caller may restore, locked: one in use, or one of their trash.

    Raises:
        InteractionNotFound: It is not in the scope, or in the trash of others.
        SiteForbidden: The caller is no editor at its site.
        Conflict: The site is not active.
    """
    row = await repository.lock_even_deleted(session, interaction_id)
    editing.refuse_reading_history(session.scope, row)
    session.scope.require_writable(row.site_id, Role.EDITOR)
    return row


async def restore(session: WriteSession, row: Interaction, version: int | None) -> None:
    """Take a locked interaction out of the trash, or back to a version, or both at once.

    Raises:
        Conflict: It is in use, and no version is named.
        ValidationFailed: It has no such version, or one that would not be taken today.
    """
    is_deleted = row.deleted_at is not None
    if version is None:
        if not is_deleted:
            raise Conflict("It is not in the trash; name the version that it is to be again")
        await repository.restore_interaction(session, row, {})
        return
    content = await _content_at(session, row, version)
    if is_deleted:
        await repository.restore_interaction(session, row, content)
    else:
        contents = [(row, content)]
        await repository.update_interactions(session, contents, change_type=ChangeType.RESTORE)


async def _content_at(session: ReadSession, row: Interaction, version: int) -> dict[str, object]:
    state = await history.find_state(session, row.id, version)
    if state is None:
        message = f"There is no version {version} with content to go back to"
        raise ValidationFailed(details={"version": message})
    if rules.ERASED in str(state.get("external_id")):
        # With a name erased from it, it is no key any more: so it is with interactions, too.
        state = {**state, "external_id": None}
    try:
        return InteractionContent.model_validate(state).model_dump()
    except ValidationError as error:
        raise model_refusal(InteractionContent, error) from None

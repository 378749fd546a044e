"""PUT and PATCH: what a request may hold, and the content that comes of it."""

from datetime import datetime

from pydantic import ValidationError

from app.core.errors import ValidationFailed
from app.core.http.validation import model_refusal
from app.core.moments import parse_datetime
from app.core.vocabulary import Role
from app.interactions import rules
from app.interactions.history import CONTENT
from app.interactions.preconditions import changed_since
from app.interactions.presentation import present_one
from app.interactions.repository import InteractionNotFound
from app.interactions.schemas import (
    InteractionContent,
    InteractionPatch,
    ReadOnlyFields,
)
from app.models import Interaction
from app.tenancy.scope import SiteForbidden, SiteScope
from app.tenancy.session import ReadSession


def merged(row: Interaction, patch: InteractionPatch) -> dict[str, object]:
    """The content of a row with a patch laid over it.

    A time without an offset is read in the patched zone, else in the stored one; a new zone alone
    leaves the instants as they are, since those of the row have offsets.

    Raises:
        ValidationFailed: The whole that comes of it is not valid.
    """
    content = {name: getattr(row, name) for name in CONTENT} | patch.changes
    try:
        return InteractionContent.model_validate(content).model_dump()
    except ValidationError as error:
        raise model_refusal(InteractionContent, error) from None


def content_fields(body: InteractionContent) -> dict[str, object]:
    """The content of a whole interaction."""
    return {name: getattr(body, name) for name in CONTENT}


async def refuse_changed_read_only_fields(
    session: ReadSession, row: Interaction, body: ReadOnlyFields
) -> None:
    """Accept back what an answer told, and nothing else in its place.

    Raises:
        PreconditionFailed: `version` is not the current one.
        ValidationFailed: Another read-only field is not the current value.
    """
    sent = body.sent_back
    if not sent:
        return
    include = frozenset({"site", "creator", "updater"} & sent.keys())
    answer = await present_one(session, row, include)
    current = answer.model_dump(mode="json")
    version = sent.get("version", row.version)
    if not _is_same(version, row.version):
        raise await changed_since(session, row, [version] if type(version) is int else [])
    refused = [name for name, value in sent.items() if not _is_same(value, current[name])]
    if refused:
        raise ValidationFailed(details=_read_only(refused))


def refuse_deleting(scope: SiteScope, row: Interaction) -> None:
    """Refuse who may not delete this interaction.

    Raises:
        SiteForbidden: An editor did not create it, or the role is lower.
        Conflict: The site is not active.
    """
    scope.require_writable(row.site_id, Role.EDITOR)
    if not rules.may_delete(
        scope.roles[row.site_id], user_id=scope.user_id, created_by=row.created_by
    ):
        message = "An editor may delete only what they created"
        raise SiteForbidden(message, site_id=row.site_id)


def refuse_reading_history(scope: SiteScope, row: Interaction) -> None:
    """Refuse who may not read the history of an interaction, deleted or not.

    Raises:
        InteractionNotFound: It is deleted, and not for the caller.
    """
    if row.deleted_at is not None and not rules.may_read_history_of_deleted(
        scope.roles[row.site_id], user_id=scope.user_id, created_by=row.created_by
    ):
        raise InteractionNotFound(row.id)


def refuse_reading_history_of_purged(
    scope: SiteScope, site_id: int | None, interaction_id: int
) -> None:
    """Refuse who may not read the history of an interaction that is there no more.

    Raises:
        InteractionNotFound: There is none, or the caller is no site_admin where it was.
    """
    if site_id is None or scope.roles[site_id] is not Role.SITE_ADMIN:
        raise InteractionNotFound(interaction_id)


def _read_only(names: list[str]) -> dict[str, object]:
    return {name: f"{name} is read-only and has another value" for name in names}


def _is_same(sent: object, current: object) -> bool:
    # True equals 1 to Python, and 1.0 does; to a client of JSON neither is this number.
    if type(sent) is not type(current):
        return False
    if sent == current:
        return True
    instant = _instant(sent)
    return instant is not None and instant == _instant(current)


def _instant(value: object) -> datetime | None:
    moment = parse_datetime(value) if isinstance(value, str) else None
    return moment if moment and moment.tzinfo else None

"""What a request says of the version that it changes: If-Match (RFC 9110, section 13.1.1)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy import func, select

from app.auth.authentication import Credential
from app.auth.dependencies import CurrentAuthentication
from app.core.errors import BadRequest, PreconditionFailed, PreconditionRequired
from app.interactions.repository import list_users_by_id
from app.models import Interaction, InteractionChange
from app.tenancy.session import ReadSession

MAX_TOLD = 20
"""Of how many changes somebody is told who has missed them."""

_TAGS = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*')
_VERSION = re.compile(r'"(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Precondition:
    """On which versions a change may be made.

    Attributes:
        versions: Those that the request names; None: it says nothing of it, or any will do.
        is_owed: Whether the request should have named one and has not.
    """

    versions: frozenset[int] | None
    is_owed: bool

    def require_named(self) -> None:
        """Refuse a change by a page that does not say what it has changed.

        Two people with the same page before them would write over each other unseen.

        Raises:
            PreconditionRequired: It is one.
        """
        if self.is_owed:
            raise PreconditionRequired


IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="The `ETag` of the version that is changed; 412 when there is a newer one. "
        "A browser session has to send it with PUT and PATCH.",
    ),
]


async def get_precondition(
    authentication: CurrentAuthentication, if_match: IfMatch = None
) -> Precondition:
    """What the request says of the version that it changes.

    Raises:
        BadRequest: It is no list of entity tags.
    """
    if if_match is None:
        is_page = authentication.credential is Credential.SESSION
        return Precondition(versions=None, is_owed=is_page)
    if if_match.strip() == "*":
        return Precondition(versions=None, is_owed=False)
    if not _TAGS.fullmatch(if_match):
        raise BadRequest(details={"if-match": 'This is a list of ETags, such as "3", or *'})
    # Weak ones too: a proxy that compresses answers makes them so, and a version is exact.
    return Precondition(
        versions=frozenset(int(version) for version in _VERSION.findall(if_match)), is_owed=False
    )


CurrentPrecondition = Annotated[Precondition, Depends(get_precondition)]


async def refuse_stale(session: ReadSession, row: Interaction, condition: Precondition) -> None:
    """Refuse to change a version that the client has not seen.

    Raises:
        PreconditionFailed: It has changed since; tells who changed which fields and when.
    """
    if condition.versions is not None and row.version not in condition.versions:
        raise await changed_since(session, row, condition.versions)


async def changed_since(
    session: ReadSession, row: Interaction, versions: Collection[int]
) -> PreconditionFailed:
    """The refusal for somebody who knows other versions of an interaction than the current."""
    known = max((version for version in versions if 0 < version < row.version), default=0)
    fields = select(func.jsonb_object_keys(InteractionChange.changes).column_valued("name"))
    statement = (
        select(
            InteractionChange.version,
            InteractionChange.changed_by,
            InteractionChange.changed_at,
            func.array(fields.scalar_subquery()).label("fields"),
        )
        .where(
            InteractionChange.site_id == row.site_id,
            InteractionChange.interaction_id == row.id,
            InteractionChange.version > known,
        )
        .order_by(InteractionChange.version.desc())
        .limit(MAX_TOLD)
    )
    changes = (await session.execute(statement)).all()
    people = await list_users_by_id(session, {change.changed_by for change in changes})
    missed = [
        {
            "version": change.version,
            "changed_by": {
                "id": change.changed_by,
                "full_name": people[change.changed_by].full_name,
            },
            "changed_at": change.changed_at.isoformat().replace("+00:00", "Z"),
            "fields": sorted(change.fields),
        }
        for change in changes
    ]
    return PreconditionFailed(
        f"It has been changed in the meantime: the current version is {row.version}",
        details={"version": row.version, "changes": missed},
        headers={"ETag": f'"{row.version}"'},
    )

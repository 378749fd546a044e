"""From a row to the answer, and from a body to a row."""

from app.core.vocabulary import Role
from app.interactions.finding.schemas import Query
from app.models import SavedSearch
from app.saved_searches.schemas import (
    SavedSearchCreate,
    SavedSearchRead,
    SearchOwner,
    stored_form,
)
from app.tenancy.scope import SiteScope


def present(row: SavedSearch, owner_name: str, *, caller_id: int) -> SavedSearchRead:
    """A search as somebody reads it."""
    return SavedSearchRead(
        id=row.id,
        name=row.name,
        query=Query.model_validate(row.query),
        shared_with=row.shared_with,
        is_mine=row.owner_id == caller_id,
        owner=SearchOwner(id=row.owner_id, full_name=owner_name),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def content_of(body: SavedSearchCreate, scope: SiteScope) -> dict[str, object]:
    """The columns that a body sets.

    Raises:
        SiteForbidden: The caller may not share with the site.
        Conflict: The site is not active.
    """
    if body.shared_with is not None:
        scope.require_writable(body.shared_with, Role.EDITOR)
    return {
        "name": body.name,
        "query": stored_form(body.query),
        "shared_with": body.shared_with,
    }

"""`/interactions`: recording, finding, reading and changing them."""

from fastapi import Request, Response

from app.auth.dependencies import CurrentCaller
from app.core.errors import ValidationFailed
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.vocabulary import InteractionType, Role
from app.interactions import editing, history, presentation, repository
from app.interactions.dependencies import IncludedNames, InteractionId, TargetSite
from app.interactions.pages import Listing
from app.interactions.schemas import (
    HistoryPage,
    InteractionCreate,
    InteractionPage,
    InteractionPatch,
    InteractionRead,
    InteractionReplace,
    TypeLabel,
    TypeLabels,
)
from app.tenancy.dependencies import ListedReads, Reads, SiteReads, Writes

router = Router(tags=["interactions"])


@router.get("/interactions", operation_id="listInteractions", response_model_exclude_unset=True)
async def list_interactions(session: ListedReads, listing: Listing) -> InteractionPage:
    """List the interactions of the caller's sites that all filters let through."""
    return await listing.page(session)


@router.get(
    "/search/interactions", operation_id="searchInteractions", response_model_exclude_unset=True
)
async def search_interactions(session: ListedReads, listing: Listing) -> InteractionPage:
    """Search the interactions of the caller's sites; without `q` it is the list."""
    return await listing.page(session)


@router.get(
    "/sites/{site_id}/interactions",
    operation_id="listSiteInteractions",
    response_model_exclude_unset=True,
)
async def list_site_interactions(session: SiteReads, listing: Listing) -> InteractionPage:
    """List the interactions of one site that all filters let through."""
    return await listing.page(session)


@router.get("/interactions/types", operation_id="listInteractionTypes")
async def list_interaction_types(_caller: CurrentCaller) -> TypeLabels:
    """List the types of interactions with their labels."""
    return TypeLabels(types=[TypeLabel(value=kind, label=kind.label) for kind in InteractionType])


@router.post(
    "/interactions",
    operation_id="createInteraction",
    status_code=201,
    response_model_exclude_unset=True,
)
async def create_interaction(
    request: Request,
    response: Response,
    site_id: TargetSite,
    session: Writes,
    body: InteractionCreate,
) -> InteractionRead:
    """Record an interaction; a caller with one site may leave `site_id` out."""
    if site_id is None:
        raise ValidationFailed(details={"site_id": "Site is required"})
    content = body.model_dump(exclude={"site_id"})
    row = await repository.create_interaction(session, site_id, content)
    answer = await presentation.present_one(session, row)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    response.headers["ETag"] = presentation.etag_of(row)
    return answer


@router.get(
    "/interactions/{interaction_id}",
    operation_id="getInteraction",
    response_model_exclude_unset=True,
)
async def get_interaction(
    response: Response, session: Reads, interaction_id: InteractionId, include: IncludedNames
) -> InteractionRead:
    """Read one interaction."""
    row = await repository.get_interaction(session, interaction_id)
    response.headers["ETag"] = presentation.etag_of(row)
    return await presentation.present_one(session, row, include)


@router.put(
    "/interactions/{interaction_id}",
    operation_id="replaceInteraction",
    response_model_exclude_unset=True,
)
async def replace_interaction(
    response: Response, session: Writes, interaction_id: InteractionId, body: InteractionReplace
) -> InteractionRead:
    """Replace an interaction: an optional field that is missing becomes null."""
    row = await repository.lock_interaction(session, interaction_id)
    session.scope.require_writable(row.site_id, Role.EDITOR)
    await editing.refuse_changed_read_only_fields(session, row, body)
    await repository.update_interaction(session, row, editing.content_fields(body))
    response.headers["ETag"] = presentation.etag_of(row)
    return await presentation.present_one(session, row)


@router.patch(
    "/interactions/{interaction_id}",
    operation_id="updateInteraction",
    response_model_exclude_unset=True,
)
async def update_interaction(
    response: Response, session: Writes, interaction_id: InteractionId, body: InteractionPatch
) -> InteractionRead:
    """Change a part of an interaction, as a JSON merge patch: null empties a field."""
    row = await repository.lock_interaction(session, interaction_id)
    session.scope.require_writable(row.site_id, Role.EDITOR)
    await editing.refuse_changed_read_only_fields(session, row, body)
    await repository.update_interaction(session, row, editing.merged(row, body))
    response.headers["ETag"] = presentation.etag_of(row)
    return await presentation.present_one(session, row)


@router.delete(
    "/interactions/{interaction_id}",
    operation_id="deleteInteraction",
    status_code=204,
    response_class=Response,
)
async def delete_interaction(session: Writes, interaction_id: InteractionId) -> None:
    """Delete an interaction: an editor what they created, a site admin any of the site."""
    row = await repository.lock_interaction(session, interaction_id)
    editing.refuse_deleting(session.scope, row)
    await repository.delete_interaction(session, row)


@router.get("/interactions/{interaction_id}/history", operation_id="listInteractionHistory")
async def list_interaction_history(
    request: Request,
    response: Response,
    session: Reads,
    interaction_id: InteractionId,
    paging: Paging,
) -> HistoryPage:
    """List the changes of an interaction, newest first.

    That of a deleted one is for its creator and the site's admins.
    """
    row = await repository.find_interaction(session, interaction_id)
    editing.refuse_reading_history(session.scope, row, interaction_id)
    rows, total = await history.list_changes(session, interaction_id, paging)
    changes = await presentation.present_changes(session, rows)
    page = HistoryPage(history=changes, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page

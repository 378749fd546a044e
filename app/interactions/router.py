"""`/interactions`: recording, finding, reading and changing them."""

from fastapi import Request, Response

from app.auth.dependencies import CurrentCaller
from app.core.errors import ValidationFailed
from app.core.http.answered import kept
from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.vocabulary import InteractionType
from app.idempotency.keys import CurrentRequestKey
from app.interactions import (
    changing,
    creating,
    presentation,
    reading,
    repository,
)
from app.interactions.answers import answer_of, created_answer
from app.interactions.dependencies import (
    Confidential,
    IncludedNames,
    InteractionId,
    TargetSite,
)
from app.interactions.finding.schemas import SearchRequest
from app.interactions.pages import Listing, Search, answer_search
from app.interactions.preconditions import CurrentPrecondition
from app.interactions.schemas import (
    InteractionCreate,
    InteractionPage,
    InteractionPatch,
    InteractionRead,
    InteractionReplace,
    SearchPage,
    TypeLabel,
    TypeLabels,
)
from app.tenancy.dependencies import CurrentScope, ListedScope, SiteOnly, Writes
from app.tenancy.direct import direct_write
from app.tenancy.repeats import answer_repeats

router = Router(tags=["interactions"])

# Tried one after the other: those that are asked most come first.


@router.get("/interactions", operation_id="listInteractions", response_model=InteractionPage)
async def list_interactions(scope: ListedScope, listing: Listing) -> Response:
    """List the interactions of the caller's sites that all filters let through."""
    return await listing.answer(scope)


@router.post(
    "/interactions",
    operation_id="createInteraction",
    status_code=201,
    response_model=InteractionRead,
)
async def create_interaction(
    request: Request,
    scope: CurrentScope,
    site_id: TargetSite,
    confidential: Confidential,
    key: CurrentRequestKey,
    body: InteractionCreate,
) -> Response:
    """Record an interaction; a caller with one site may leave `site_id` out."""
    if site_id is None:
        raise ValidationFailed(details={"site_id": "Site is required"})
    content = changing.new_content(body, confidential, site_id)
    async with direct_write(request.app.state.direct_pool, scope) as writing:
        await answer_repeats(request, key, writing)
        row = await creating.create_directly(writing, site_id, content)
        return await kept(request, created_answer(request, answer_of(row, confidential)))


@router.get("/interactions/types", operation_id="listInteractionTypes")
async def list_interaction_types(_caller: CurrentCaller) -> TypeLabels:
    """List the types of interactions with their labels."""
    return TypeLabels(types=[TypeLabel(value=kind, label=kind.label) for kind in InteractionType])


@router.get(
    "/interactions/{interaction_id}",
    operation_id="getInteraction",
    response_model=InteractionRead,
)
async def get_interaction(
    request: Request, scope: CurrentScope, interaction_id: InteractionId, include: IncludedNames
) -> Response:
    """Read one interaction."""
    return await reading.answer_one(request, scope, interaction_id, include)


@router.get(
    "/search/interactions",
    operation_id="searchInteractions",
    openapi_extra=limited_as(RateClass.SEARCH),
    response_model=SearchPage,
)
async def search_interactions(scope: ListedScope, search: Search) -> Response:
    """Search the interactions of the caller's sites; without `q` it is the list.

    `sort=relevance` puts first what meets the words best. When nothing is found, `hints` may say
    what was probably meant. A search that would take too long is refused with `query_too_broad`.
    """
    return await search.answer(scope)


@router.post(
    "/search/interactions",
    operation_id="searchInteractionsByTree",
    openapi_extra=limited_as(RateClass.SEARCH),
    response_model=SearchPage,
)
async def search_interactions_by_tree(
    request: Request, scope: ListedScope, body: SearchRequest
) -> Response:
    """Search by a tree of conditions: `and`, `or` and `not` over comparisons of fields.

    When nothing is found, `hints` may name conditions without which something would be.
    """
    return await answer_search(request, scope, body)


@router.get(
    "/sites/{site_id}/interactions",
    operation_id="listSiteInteractions",
    response_model=InteractionPage,
)
async def list_site_interactions(scope: SiteOnly, listing: Listing) -> Response:
    """List the interactions of one site that all filters let through."""
    return await listing.answer(scope)


@router.put(
    "/interactions/{interaction_id}",
    operation_id="replaceInteraction",
    response_model_exclude_unset=True,
)
async def replace_interaction(
    response: Response,
    session: Writes,
    confidential: Confidential,
    condition: CurrentPrecondition,
    interaction_id: InteractionId,
    body: InteractionReplace,
) -> InteractionRead:
    """Replace an interaction: an optional field that is missing becomes null."""
    row = await repository.lock_interaction(session, interaction_id)
    await changing.replace_interaction(
        session, row, body, confidential=confidential, condition=condition
    )
    response.headers["ETag"] = presentation.etag_of(row)
    return confidential.show(row, await presentation.present_one(session, row))


@router.patch(
    "/interactions/{interaction_id}",
    operation_id="updateInteraction",
    response_model_exclude_unset=True,
)
async def update_interaction(
    response: Response,
    session: Writes,
    confidential: Confidential,
    condition: CurrentPrecondition,
    interaction_id: InteractionId,
    body: InteractionPatch,
) -> InteractionRead:
    """Change a part of an interaction, as a JSON merge patch: null empties a field."""
    row = await repository.lock_interaction(session, interaction_id)
    await changing.patch_interaction(
        session, row, body, confidential=confidential, condition=condition
    )
    response.headers["ETag"] = presentation.etag_of(row)
    return confidential.show(row, await presentation.present_one(session, row))


@router.delete(
    "/interactions/{interaction_id}",
    operation_id="deleteInteraction",
    status_code=204,
    response_class=Response,
)
async def delete_interaction(
    session: Writes, condition: CurrentPrecondition, interaction_id: InteractionId
) -> None:
    """Delete an interaction: an editor what they created, a site admin any of the site."""
    row = await repository.lock_interaction(session, interaction_id)
    await changing.delete_interaction(session, row, condition=condition)

"""`/saved-searches`: searches that people keep for themselves, or share with a site."""

from fastapi import Request, Response

from app.auth.dependencies import PersonalCaller
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.rate_limit.classes import RateClass, limited_as
from app.interactions.pages import Pages
from app.interactions.schemas import SearchPage
from app.saved_searches import repository, rules
from app.saved_searches.dependencies import NAMES_SITES, SearchId, StoredQuery
from app.saved_searches.presentation import content_of, present
from app.saved_searches.schemas import (
    SavedSearchCreate,
    SavedSearchPage,
    SavedSearchRead,
    SavedSearchReplace,
)
from app.tenancy.dependencies import CurrentScope, Reads, Writes

router = Router(prefix="/saved-searches", tags=["saved searches"])


@router.get("", operation_id="listSavedSearches", response_model_exclude_unset=True)
async def list_saved_searches(
    request: Request, response: Response, session: Reads, paging: Paging
) -> SavedSearchPage:
    """List the caller's own searches, and those that are shared with their sites, by name."""
    rows, total = await repository.list_saved_searches(session, paging)
    caller_id = session.scope.user_id
    searches = [present(row, name, caller_id=caller_id) for row, name in rows]
    page = SavedSearchPage(saved_searches=searches, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.post(
    "",
    operation_id="createSavedSearch",
    status_code=201,
    response_model_exclude_unset=True,
    dependencies=NAMES_SITES,
)
async def create_saved_search(
    request: Request,
    response: Response,
    caller: PersonalCaller,
    session: Writes,
    body: SavedSearchCreate,
) -> SavedSearchRead:
    """Keep a search, up to 200 of them.

    With `shared_with` the members of that site may read and run it: it finds for each of them
    what their own sites hold, so a comparison with a site that is not theirs finds nothing. It
    stays shared when its owner leaves the site, until they or an admin there take it off.
    """
    row = await repository.create_saved_search(session, content_of(body, session.scope))
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return present(row, caller.full_name, caller_id=caller.user_id)


@router.get("/{search_id}", operation_id="getSavedSearch", response_model_exclude_unset=True)
async def get_saved_search(session: Reads, search_id: SearchId) -> SavedSearchRead:
    """Read one of the caller's searches, or one that is shared with a site of theirs."""
    row, name = await repository.get_saved_search(session, search_id)
    return present(row, name, caller_id=session.scope.user_id)


@router.get(
    "/{search_id}/results",
    operation_id="runSavedSearch",
    openapi_extra=limited_as(RateClass.SEARCH),
    response_model=SearchPage,
)
async def run_saved_search(scope: CurrentScope, query: StoredQuery, pages: Pages) -> Response:
    """Find what a saved search asks for, now and among the caller's own sites.

    Relative dates are counted from this moment. Pages are asked for as in the list, and answered
    as those of a search.
    """
    return await pages.answer_query(scope, query)


@router.put(
    "/{search_id}",
    operation_id="replaceSavedSearch",
    response_model_exclude_unset=True,
    dependencies=NAMES_SITES,
)
async def replace_saved_search(
    caller: PersonalCaller, session: Writes, search_id: SearchId, body: SavedSearchReplace
) -> SavedSearchRead:
    """Replace one of the caller's own searches: without `shared_with` it is shared no more."""
    row = await repository.lock_saved_search(session, search_id)
    rules.require_owner(session.scope, row.owner_id, row.shared_with)
    await repository.update_saved_search(session, row, content_of(body, session.scope))
    return present(row, caller.full_name, caller_id=caller.user_id)


@router.delete(
    "/{search_id}", operation_id="deleteSavedSearch", status_code=204, response_class=Response
)
async def delete_saved_search(
    _caller: PersonalCaller, session: Writes, search_id: SearchId
) -> None:
    """Delete one of the caller's own searches, or take another's off a site they administer.

    What an admin takes off a site stays with its owner, who shares it with nobody then.
    """
    row = await repository.lock_saved_search(session, search_id)
    if row.owner_id == session.scope.user_id:
        await repository.delete_saved_search(session, row)
    else:
        rules.require_may_take_off(session.scope, row.shared_with)
        await repository.update_saved_search(session, row, {"shared_with": None})

"""What the routes of saved searches depend on."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.auth.dependencies import Engine
from app.core.fields import Id
from app.core.http.json_request import sent_object
from app.core.vocabulary import Role
from app.interactions.finding.schemas import Query
from app.interactions.naming_sites import compared_sites, require_site, site_ids_in
from app.saved_searches import repository
from app.tenancy.dependencies import CurrentScope
from app.tenancy.session import read_session

SearchId = Annotated[Id, Path(description="The saved search's id.")]


async def require_named_sites(request: Request, scope: CurrentScope) -> None:
    """Refuse a site that is not the caller's before the rest of the body is looked at.

    What is passed over here is no id of a site, and the body is refused for it.

    Raises:
        Forbidden: A site is not the caller's, or their role is too low to share with it.
        ValidationFailed: A system administrator named a site that there is not.
    """
    body = await sent_object(request)
    for site_id in site_ids_in(body.get("shared_with")):
        require_site(scope, site_id, Role.EDITOR, field="shared_with")
    for site_id in compared_sites(body.get("query")):
        require_site(scope, site_id, Role.VIEWER, field="query")


async def get_stored_query(engine: Engine, scope: CurrentScope, search_id: SearchId) -> Query:
    """What a saved search asks for.

    Its session is over when the search begins, which has a connection of its own.

    Raises:
        NotFound: There is no such search, or none that the caller may read.
    """
    async with read_session(engine, scope) as session:
        row, _ = await repository.get_saved_search(session, search_id)
    return Query.model_validate(row.query)


StoredQuery = Annotated[Query, Depends(get_stored_query)]

NAMES_SITES = [Depends(require_named_sites)]
"""For `dependencies=` of a route whose body is a saved search."""

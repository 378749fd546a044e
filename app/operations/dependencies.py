"""What the routes of batches and of upserts depend on besides the session."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from app.core.config import Settings
from app.core.fields import SiteId
from app.core.http.validation import bad_parameters
from app.core.vocabulary import Role
from app.interactions.dependencies import only_site, require_editor_somewhere
from app.interactions.preconditions import CurrentPrecondition
from app.operations.foreign_rows import ForeignRows
from app.operations.upserting import UpsertCondition
from app.tenancy.denials import Denial, record_denials
from app.tenancy.dependencies import CurrentScope
from app.tenancy.scope import SiteScope


async def get_denials(request: Request) -> AsyncIterator[list[Denial]]:
    """What is refused within a request that may succeed; recorded when its transaction is over."""
    denials: list[Denial] = []
    try:
        yield denials
    finally:
        await record_denials(request, denials)


DenialsAfterwards = Annotated[list[Denial], Depends(get_denials, scope="function")]
"""To be named before the session: what a route depends on first is left last."""


async def get_foreign_rows(request: Request, scope: CurrentScope) -> ForeignRows:
    """What tells whose the interactions are that the caller's scope does not hold.

    Raises:
        Forbidden: The caller may write nowhere.
    """
    require_editor_somewhere(scope)
    settings: Settings = request.app.state.settings
    all_sites: SiteScope = request.state.scope  # also those that a header leaves out
    return ForeignRows(request.app.state.direct_pool, all_sites, settings.conceal_foreign_ids)


CurrentForeignRows = Annotated[ForeignRows, Depends(get_foreign_rows)]


async def get_upsert_site(
    scope: CurrentScope,
    site_id: Annotated[
        SiteId | None,
        Query(description="The site; a caller with one site may leave it out."),
    ] = None,
) -> int:
    """The site whose interaction is created or replaced.

    Raises:
        Forbidden: The caller may not write there.
        Conflict: The site is not active.
        BadRequest: None is named, and there is more than one.
    """
    require_editor_somewhere(scope)
    named = site_id or only_site(scope)
    if named is None:
        raise bad_parameters({"site_id": "Site is required"})
    scope.require_writable(named, Role.EDITOR)
    return named


UpsertSite = Annotated[int, Depends(get_upsert_site)]


async def get_upsert_condition(
    request: Request,
    current: CurrentPrecondition,
    if_none_match: Annotated[
        str | None,
        Header(description="`*`: only create; 412 when there is one."),
    ] = None,
) -> UpsertCondition:
    """What the request says has to be there, or not.

    Raises:
        BadRequest: If-None-Match is not `*`.
    """
    if if_none_match is not None and if_none_match.strip() != "*":
        raise bad_parameters({"if-none-match": "This is * here"})
    return UpsertCondition(
        current=current,
        is_for_old="if-match" in request.headers,
        is_for_new=if_none_match is not None,
    )


CurrentUpsertCondition = Annotated[UpsertCondition, Depends(get_upsert_condition)]

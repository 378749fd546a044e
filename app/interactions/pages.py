"""The pages of interactions that several routes answer with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from app.core.errors import BadRequest
from app.core.http.parameter_group import parameter_group
from app.core.pagination import CursorPageRequest, CursorPaging, get_cursor_paging
from app.interactions.dependencies import Filters, FiltersOfList, IncludedNames
from app.interactions.filters import FacetNames
from app.interactions.finding import schemas
from app.interactions.finding.counting import Counting
from app.interactions.finding.from_filters import tree_of
from app.interactions.finding.from_query import named_parts, tree_of_query
from app.interactions.finding.names import parse_facets
from app.interactions.finding.ordering import LAST_DELETED_FIRST
from app.interactions.listing import PageOf, Wanted
from app.interactions.sorting import DELETED_AT, FIELDS_OF_TRASH, SortTerm, parse_sort
from app.tenancy.scope import SiteScope

Count = Annotated[
    Counting,
    Query(
        description="`exact` counts all there are, `none` leaves the total out; otherwise it is"
        " counted up to 10,000."
    ),
]
Highlight = Annotated[bool, Query(description="Show where the words were found.")]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """All that a list can be asked for."""

    request: Request
    filters: FiltersOfList
    paging: CursorPaging
    include: IncludedNames
    count: Count = Counting.CAPPED

    async def answer(self, scope: SiteScope) -> Response:
        """The page of what the filters let through, in use or in the trash.

        Raises:
            BadRequest: What is in use is to be sorted by when it was deleted.
        """
        wanted = Wanted(
            paging=self.paging,
            counting=self.count,
            include=self.include,
            is_trash=self.filters.deleted,
        )
        page = PageOf(self.request, scope, wanted)
        return await page.answer(tree_of(self.filters), self._order())

    def _order(self) -> Sequence[SortTerm]:
        if self.filters.deleted and "sort" not in self.request.query_params:
            return LAST_DELETED_FIRST
        order = parse_sort(self.filters.sort, FIELDS_OF_TRASH)
        if not self.filters.deleted and any(term.field == DELETED_AT for term in order):
            message = "deleted_at sorts the trash alone: add deleted=true"
            raise BadRequest("Some parameters are not valid", details={"sort": message})
        return order


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """All that a search can be asked for in its address."""

    request: Request
    filters: Filters
    paging: CursorPaging
    include: IncludedNames
    count: Count = Counting.CAPPED
    facets: FacetNames = None
    highlight: Highlight = False

    async def answer(self, scope: SiteScope) -> Response:
        """The page of what the filters let through, with facets, and hints if it is nothing."""
        wanted = Wanted(
            paging=self.paging,
            counting=self.count,
            include=self.include,
            highlight=self.highlight,
            facets=parse_facets(self.facets),
            zone=self.filters.tz,
            q=self.filters.q,
            conditions=(),
        )
        page = PageOf(self.request, scope, wanted)
        return await page.answer(tree_of(self.filters), parse_sort(self.filters.sort))


@dataclass(frozen=True, slots=True)
class PagesRequest:
    """Which page is asked for, of what a stored search finds."""

    request: Request
    paging: CursorPaging
    include: IncludedNames
    count: Count = Counting.CAPPED

    async def answer_query(self, scope: SiteScope, query: schemas.Query) -> Response:
        """The page of what a query asks for at this moment."""
        wanted = Wanted(paging=self.paging, counting=self.count, include=self.include)
        return await _answer(self.request, scope, query, wanted)


async def answer_search(
    request: Request, scope: SiteScope, search: schemas.SearchRequest
) -> Response:
    """The page of what a body asks for at this moment.

    Raises:
        SiteForbidden: It names a site outside the scope.
    """
    for site_id in search.named_sites:
        scope.require(site_id)
    paging = CursorPageRequest(page=search.page, page_size=search.page_size, cursor=search.cursor)
    wanted = Wanted(
        paging=await get_cursor_paging(paging),
        counting=search.count,
        include=frozenset(search.include),
        highlight=search.highlight,
        facets=tuple(dict.fromkeys(search.facets)),
    )
    return await _answer(request, scope, search, wanted)


async def _answer(
    request: Request, scope: SiteScope, query: schemas.Query, wanted: Wanted
) -> Response:
    now = datetime.now(UTC)
    asked = query.model_dump(mode="json", include=set(schemas.Query.model_fields), by_alias=True)
    wanted = replace(
        wanted,
        zone=query.tz,
        q=query.q,
        conditions=named_parts(query, now=now),
        body=asked,
        is_for_now=query.is_relative,
    )
    page = PageOf(request, scope, wanted)
    return await page.answer(tree_of_query(query, now=now), parse_sort(",".join(query.sort)))


Listing = Annotated[ListRequest, Depends(parameter_group(ListRequest))]
Search = Annotated[SearchParameters, Depends(parameter_group(SearchParameters))]
Pages = Annotated[PagesRequest, Depends(parameter_group(PagesRequest))]

"""Searching, suggesting and counting."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, TypeAlias, Unpack

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json, fields_of
from app.client.calls import call
from app.client.parameters import Filters, Include, Moment, Searching, SearchWalk, SiteIds
from app.client.schemas import (
    FewInteractions,
    FoundInteraction,
    SearchPage,
    SearchRequest,
    Statistics,
    SuggestedField,
    Suggestions,
)

CountedBy: TypeAlias = Literal["type", "month", "site", "lead"]


class Finding(Operations):
    """`/search` and `/statistics`."""

    async def search_interactions(self, **parameters: Unpack[Searching]) -> SearchPage:
        """A page of what a search finds; `Searching` names what it can be asked for.

        Example:
            found = await client.search_interactions(q='"new line" -budget', facets=["type"])
            print(found.total, found.facets, found.hints)
        """
        asked = call("GET", "/search/interactions", query=parameters)
        return await self._answer(SearchPage, asked)

    def iter_search(self, **parameters: Unpack[SearchWalk]) -> AsyncIterator[FoundInteraction]:
        """All that a search finds, page after page by cursor.

        Example:
            async for row in client.iter_search(q="kickoff", highlight=True):
                print(row.title, row.highlights)
        """
        return self._walk(self.search_interactions, lambda page: page.interactions, **parameters)

    async def search_interactions_by_tree(
        self, body: SearchRequest | Json, *, site_id: SiteIds = None
    ) -> SearchPage:
        """A page of what a tree of conditions finds.

        Example:
            calls = {"field": "type", "op": "in", "value": ["CALL", "EMAIL"]}
            lately = {"field": "start_datetime", "op": "between", "value": {"last": "P7D"}}
            tree = {"where": {"and": [calls, lately]}}
            found = await client.search_interactions_by_tree(tree)
        """
        asked = call(
            "POST",
            "/search/interactions",
            query={"site_id": site_id},
            body=body,
            is_harmless_twice=True,
        )
        return await self._answer(SearchPage, asked)

    def iter_search_by_tree(
        self, body: SearchRequest | Json, *, site_id: SiteIds = None
    ) -> AsyncIterator[FoundInteraction]:
        """All that a tree of conditions finds.

        Example:
            tree = {"where": {"field": "lead", "op": "contains", "value": "smith"}}
            titles = [row.title async for row in client.iter_search_by_tree(tree)]
        """

        async def page_of_tree(**place: object) -> SearchPage:
            return await self.search_interactions_by_tree(fields_of(body) | place, site_id=site_id)

        return self._walk(page_of_tree, lambda page: page.interactions)

    async def suggest_values(
        self, field: SuggestedField, *, prefix: str = "", site_id: SiteIds = None
    ) -> Suggestions:
        """Up to ten values that a field has, the most used first.

        Example:
            leads = await client.suggest_values("lead", prefix="smi")
        """
        query = {"field": field, "prefix": prefix, "site_id": site_id}
        return await self._answer(Suggestions, call("GET", "/search/suggestions", query=query))

    async def list_upcoming(
        self, *, limit: int = 10, site_id: SiteIds = None, include: Include = None
    ) -> FewInteractions:
        """The interactions that begin next, the nearest first.

        Example:
            soon = await client.list_upcoming(limit=3, include="site")
        """
        query = {"limit": limit, "site_id": site_id, "include": include}
        return await self._answer(FewInteractions, call("GET", "/search/upcoming", query=query))

    async def list_recent(
        self, *, limit: int = 10, site_id: SiteIds = None, include: Include = None
    ) -> FewInteractions:
        """The interactions that are over, the last finished first.

        Example:
            over = await client.list_recent(limit=3)
        """
        query = {"limit": limit, "site_id": site_id, "include": include}
        return await self._answer(FewInteractions, call("GET", "/search/recent", query=query))

    async def get_statistics(
        self,
        *,
        from_: Moment | None = None,
        to: Moment | None = None,
        by: Sequence[CountedBy] | CountedBy | None = None,
        site_id: SiteIds = None,
        **filters: Unpack[Filters],
    ) -> Statistics:
        """How many interactions there are, and how long they last.

        Example:
            numbers = await client.get_statistics(from_="2026-01-01", by=["month", "type"])
            print(numbers.count, numbers.hours, numbers.statistics)
        """
        query = {"from_": from_, "to": to, "by": by, "site_id": site_id, **filters}
        return await self._answer(Statistics, call("GET", "/statistics", query=query))

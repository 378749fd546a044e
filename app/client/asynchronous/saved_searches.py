"""Searches that are kept."""

from collections.abc import AsyncIterator
from typing import Unpack

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import call
from app.client.parameters import Include, Shown
from app.client.schemas import (
    FoundInteraction,
    SavedSearchCreate,
    SavedSearchPage,
    SavedSearchRead,
    SavedSearchReplace,
    SearchPage,
)


class SavedSearches(Operations):
    """`/saved-searches`."""

    async def list_saved_searches(self, *, page: int = 1, page_size: int = 20) -> SavedSearchPage:
        """A page of the caller's searches, and of those shared with the caller's sites.

        Example:
            page = await client.list_saved_searches()
            mine = [one.name for one in page.saved_searches if one.is_mine]
        """
        query = {"page": page, "page_size": page_size}
        return await self._answer(SavedSearchPage, call("GET", "/saved-searches", query=query))

    def iter_saved_searches(self, *, page_size: int = 100) -> AsyncIterator[SavedSearchRead]:
        """All of them.

        Example:
            names = [one.name async for one in client.iter_saved_searches()]
        """
        return self._walk(
            self.list_saved_searches, lambda page: page.saved_searches, page_size=page_size
        )

    async def create_saved_search(self, body: SavedSearchCreate | Json) -> SavedSearchRead:
        """Keep a search under a name of its own.

        Example:
            tree = {"where": {"field": "type", "op": "eq", "value": "CALL"}}
            kept = await client.create_saved_search({"name": "Calls", "query": tree})
        """
        return await self._answer(SavedSearchRead, call("POST", "/saved-searches", body=body))

    async def get_saved_search(self, search_id: int) -> SavedSearchRead:
        """Read a saved search.

        Example:
            kept = await client.get_saved_search(search_id)
        """
        return await self._answer(SavedSearchRead, call("GET", "/saved-searches/{}", search_id))

    async def replace_saved_search(
        self, search_id: int, body: SavedSearchReplace | Json
    ) -> SavedSearchRead:
        """Replace a saved search.

        Example:
            everything = {"name": "Everything", "query": {}}
            await client.replace_saved_search(search_id, everything)
        """
        asked = call("PUT", "/saved-searches/{}", search_id, body=body)
        return await self._answer(SavedSearchRead, asked)

    async def delete_saved_search(self, search_id: int) -> None:
        """Delete a saved search.

        Example:
            await client.delete_saved_search(search_id)
        """
        await self._send(call("DELETE", "/saved-searches/{}", search_id))

    async def run_saved_search(self, search_id: int, **shown: Unpack[Shown]) -> SearchPage:
        """A page of what a saved search finds in the caller's sites.

        Example:
            found = await client.run_saved_search(search_id, page_size=50)
        """
        asked = call("GET", "/saved-searches/{}/results", search_id, query=shown)
        return await self._answer(SearchPage, asked)

    def iter_saved_search(
        self, search_id: int, *, page_size: int = 100, include: Include = None
    ) -> AsyncIterator[FoundInteraction]:
        """All that a saved search finds.

        Example:
            titles = [row.title async for row in client.iter_saved_search(search_id)]
        """
        return self._walk(
            self.run_saved_search,
            lambda page: page.interactions,
            search_id,
            page_size=page_size,
            include=include,
        )

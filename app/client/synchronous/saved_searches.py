# Made by `make client` from app/client/asynchronous/saved_searches.py: change that instead.

"""Searches that are kept."""

from collections.abc import Iterator
from typing import Unpack

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
from app.client.synchronous.operations import Operations


class SavedSearches(Operations):
    """`/saved-searches`."""

    def list_saved_searches(self, *, page: int = 1, page_size: int = 20) -> SavedSearchPage:
        """A page of the caller's searches, and of those shared with the caller's sites.

        Example:
            page = client.list_saved_searches()
            mine = [one.name for one in page.saved_searches if one.is_mine]
        """
        query = {"page": page, "page_size": page_size}
        return self._answer(SavedSearchPage, call("GET", "/saved-searches", query=query))

    def iter_saved_searches(self, *, page_size: int = 100) -> Iterator[SavedSearchRead]:
        """All of them.

        Example:
            names = [one.name for one in client.iter_saved_searches()]
        """
        return self._walk(
            self.list_saved_searches, lambda page: page.saved_searches, page_size=page_size
        )

    def create_saved_search(self, body: SavedSearchCreate | Json) -> SavedSearchRead:
        """Keep a search under a name of its own.

        Example:
            tree = {"where": {"field": "type", "op": "eq", "value": "CALL"}}
            kept = client.create_saved_search({"name": "Calls", "query": tree})
        """
        return self._answer(SavedSearchRead, call("POST", "/saved-searches", body=body))

    def get_saved_search(self, search_id: int) -> SavedSearchRead:
        """Read a saved search.

        Example:
            kept = client.get_saved_search(search_id)
        """
        return self._answer(SavedSearchRead, call("GET", "/saved-searches/{}", search_id))

    def replace_saved_search(
        self, search_id: int, body: SavedSearchReplace | Json
    ) -> SavedSearchRead:
        """Replace a saved search.

        Example:
            everything = {"name": "Everything", "query": {}}
            client.replace_saved_search(search_id, everything)
        """
        asked = call("PUT", "/saved-searches/{}", search_id, body=body)
        return self._answer(SavedSearchRead, asked)

    def delete_saved_search(self, search_id: int) -> None:
        """Delete a saved search.

        Example:
            client.delete_saved_search(search_id)
        """
        self._send(call("DELETE", "/saved-searches/{}", search_id))

    def run_saved_search(self, search_id: int, **shown: Unpack[Shown]) -> SearchPage:
        """A page of what a saved search finds in the caller's sites.

        Example:
            found = client.run_saved_search(search_id, page_size=50)
        """
        asked = call("GET", "/saved-searches/{}/results", search_id, query=shown)
        return self._answer(SearchPage, asked)

    def iter_saved_search(
        self, search_id: int, *, page_size: int = 100, include: Include = None
    ) -> Iterator[FoundInteraction]:
        """All that a saved search finds.

        Example:
            titles = [row.title for row in client.iter_saved_search(search_id)]
        """
        return self._walk(
            self.run_saved_search,
            lambda page: page.interactions,
            search_id,
            page_size=page_size,
            include=include,
        )

# Made by `make client` from app/client/asynchronous/operations.py: change that instead.

"""What the methods of all operations stand on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Self, TypeVar

import httpx

from app.client.calls import Call, Caller
from app.client.reading import Answer, read
from app.client.synchronous.transport import Transport
from app.core.page import MAX_PAGE_SIZE, Page

P = TypeVar("P", bound=Page)
Row = TypeVar("Row")


class Operations:
    """A group of operations, over one transport."""

    _transport: Transport
    _site_id: int | None = None

    def at_site(self, site_id: int) -> Self:
        """The same client, all of whose calls are narrowed to one site (`X-Site-ID`).

        Both share connections and login, and are closed together.

        Example:
            lyon = client.at_site(site_id)
            print(lyon.list_interactions().total)
        """
        narrowed = object.__new__(type(self))
        narrowed.__dict__.update(self.__dict__)
        narrowed._site_id = site_id
        return narrowed

    def _answer(self, answer: type[Answer], call: Call) -> Answer:
        """What a call answers."""
        return read(answer, self._send(call))

    def _send(self, call: Call) -> httpx.Response:
        return self._transport.send(self._narrowed(call))

    def _narrowed(self, call: Call) -> Call:
        if self._site_id is None or call.caller is not Caller.SELF:
            return call
        return replace(call, headers={**call.headers, "X-Site-ID": str(self._site_id)})

    def _walk(
        self,
        list_page: Callable[..., P],
        rows_of: Callable[[P], Iterable[Row]],
        *pieces: object,
        **parameters: Any,
    ) -> Iterator[Row]:
        """The rows of all pages: by cursor where there is one, else by number."""
        parameters.setdefault("page_size", MAX_PAGE_SIZE)
        is_by_cursor = False
        while True:
            page = list_page(*pieces, **parameters)
            for row in rows_of(page):
                yield row
            if page.next_cursor is not None:
                is_by_cursor = True
                parameters["cursor"] = page.next_cursor
            elif is_by_cursor or page.page >= (page.total_pages or 0):
                return
            else:
                parameters["page"] = page.page + 1

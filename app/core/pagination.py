"""Which page is asked for, and the links between pages."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from starlette.datastructures import URL

from app.core.http.parameter_group import parameter_group
from app.core.page import Page

MAX_PAGE_SIZE = 100
MAX_PAGE = 10**15
"""Keeps the offset within a bigint at any page size."""

PageNumber = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Which page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Rows a page.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page of a collection."""

    page: PageNumber = 1
    page_size: PageSize = 20

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.page - 1) * self.page_size


Paging = Annotated[PageRequest, Depends(parameter_group(PageRequest))]


def page_fields(request: PageRequest, total: int) -> dict[str, Any]:
    """The fields of `Page` for a counted collection, all of them set."""
    return {
        "total": total,
        "total_is_exact": True,
        "page": request.page,
        "page_size": request.page_size,
        "total_pages": -(-total // request.page_size),
        "next_cursor": None,
    }


def link_pages(response: Response, url: URL, page: Page) -> None:
    """Name the neighbouring pages in a `Link` header (RFC 8288)."""
    numbers = {"first": 1}
    if page.page > 1:
        numbers["prev"] = page.page - 1
    if page.total_pages is not None and page.page < page.total_pages:
        numbers["next"] = page.page + 1
    # Relative, so that it holds behind any proxy.
    response.headers["Link"] = ", ".join(
        f'<{_relative(url.include_query_params(page=number))}>; rel="{relation}"'
        for relation, number in numbers.items()
    )


def _relative(url: URL) -> str:
    return f"{url.path}?{url.query}"

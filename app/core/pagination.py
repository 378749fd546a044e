"""Pages: what is asked for, and what goes with the rows."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.datastructures import URL

MAX_PAGE_SIZE = 100
MAX_PAGE = 10**15
"""Keeps the offset within a bigint at any page size."""

PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGE, description="Which page, from 1.")]
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE, description="Rows a page.")]


class PageRequest(BaseModel):
    """Which page of a collection."""

    page: PageNumber = 1
    page_size: PageSize = 20

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.page - 1) * self.page_size


class Page(BaseModel):
    """What goes with the rows of a page; the collection's own field holds the rows."""

    total: int | None
    total_is_exact: bool = True
    page: int
    page_size: int
    total_pages: int | None
    next_cursor: str | None = None


def page_fields(request: PageRequest, total: int) -> dict[str, int]:
    """The fields of `Page` for a counted collection."""
    return {
        "total": total,
        "page": request.page,
        "page_size": request.page_size,
        "total_pages": -(-total // request.page_size),
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

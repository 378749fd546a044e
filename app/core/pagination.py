"""Which page is asked for, and the links between pages."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Query, Response
from starlette.datastructures import URL

from app.core.errors import BadRequest, PageTooDeep
from app.core.http.parameter_group import parameter_group
from app.core.page import MAX_PAGE, MAX_PAGE_SIZE, Page

MAX_NUMBERED_ROWS = 10_000
"""How far page numbers reach where there is a cursor, and how far rows are counted."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPageRequest(PageRequest):
    """Which page of a collection that a cursor leads through."""

    cursor: Annotated[
        str | None,
        Query(
            max_length=4_000, description="The `next_cursor` of the page before, instead of page."
        ),
    ] = None


async def get_cursor_paging(
    paging: Annotated[CursorPageRequest, Depends(parameter_group(CursorPageRequest))],
) -> CursorPageRequest:
    """The page that is asked for, by number or by cursor.

    Raises:
        BadRequest: By both.
        PageTooDeep: By a number that would cost too much to count off.
    """
    if paging.cursor is not None and paging.page != 1:
        raise BadRequest(
            "Some parameters are not valid", details={"page": "Leave page out beside cursor"}
        )
    if paging.page * paging.page_size > MAX_NUMBERED_ROWS:
        raise PageTooDeep(details={"cursor": "Continue with the next_cursor of an earlier page"})
    return paging


CursorPaging = Annotated[CursorPageRequest, Depends(get_cursor_paging)]


def capped_page_fields(
    number: int, page_size: int, *, found: int, next_cursor: str | None
) -> dict[str, Any]:
    """The fields of `Page` for a collection that was counted to `MAX_NUMBERED_ROWS` and one."""
    is_exact = found <= MAX_NUMBERED_ROWS
    return {
        "total": min(found, MAX_NUMBERED_ROWS),
        "total_is_exact": is_exact,
        "page": number,
        "page_size": page_size,
        "total_pages": -(-found // page_size) if is_exact else None,
        "next_cursor": next_cursor,
    }


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
    response.headers["Link"] = links_of(
        url, page=page.page, total_pages=page.total_pages, next_cursor=page.next_cursor
    )


def links_of(url: URL, *, page: int, total_pages: int | None, next_cursor: str | None) -> str:
    """The neighbouring pages of a page, as the value of a `Link` header."""
    asked = parse_qsl(url.query, keep_blank_values=True)
    links: dict[str, tuple[str, object]] = {"first": ("page", 1)}
    if page > 1 and all(name != "cursor" for name, _ in asked):
        links["prev"] = ("page", page - 1)
    if next_cursor is not None:
        links["next"] = ("cursor", next_cursor)
    elif total_pages is not None and page < total_pages:
        links["next"] = ("page", page + 1)
    others = [pair for pair in asked if pair[0] not in ("page", "cursor")]
    # Relative, so that it holds behind any proxy.
    return ", ".join(
        f'<{url.path}?{urlencode([*others, place])}>; rel="{relation}"'
        for relation, place in links.items()
    )


def link_to_next(url: URL, next_cursor: str) -> str:
    """The next page of a collection without page numbers, as the value of a `Link` header."""
    asked = parse_qsl(url.query, keep_blank_values=True)
    others = [pair for pair in asked if pair[0] != "cursor"]
    return f'<{url.path}?{urlencode([*others, ("cursor", next_cursor)])}>; rel="next"'

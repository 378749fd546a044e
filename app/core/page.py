"""What goes with the rows of a page."""

from pydantic import BaseModel

MAX_PAGE_SIZE = 100
MAX_PAGE = 10**15
"""Keeps the offset within a bigint at any page size."""


class Page(BaseModel):
    """What goes with the rows of a page; the collection's own field holds the rows."""

    total: int | None
    total_is_exact: bool = True
    page: int
    page_size: int
    total_pages: int | None
    next_cursor: str | None = None

"""What goes with the rows of a page."""

from pydantic import BaseModel


class Page(BaseModel):
    """What goes with the rows of a page; the collection's own field holds the rows."""

    total: int | None
    total_is_exact: bool = True
    page: int
    page_size: int
    total_pages: int | None
    next_cursor: str | None = None

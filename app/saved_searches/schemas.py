"""A saved search as it comes in and goes out."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from app.core.fields import SiteId
from app.core.page import Page
from app.core.text import clean_line
from app.interactions.finding.schemas import EXAMPLE, Query

MAX_QUERY_BYTES = 32 * 1024
"""A page of a hundred searches has to stay one that can be read."""


def stored_form(query: Query) -> dict[str, Any]:
    """A query as it is kept: what was said, and nothing that was left out."""
    return query.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _short_enough(query: Query) -> Query:
    written = query.model_dump_json(by_alias=True, exclude_unset=True)
    if len(written.encode()) > MAX_QUERY_BYTES:
        raise ValueError(f"Query must be at most {MAX_QUERY_BYTES} bytes of JSON")
    return query


SearchName = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(clean_line)]
KeptQuery = Annotated[Query, AfterValidator(_short_enough)]
SharedWith = Annotated[
    Annotated[SiteId, Strict()] | None,
    Field(
        description="The site whose members may read and run it too. It needs the role editor"
        " there. Null: nobody else."
    ),
]


class SavedSearchCreate(BaseModel):
    """A search to be kept, under a name that none of the caller's others has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"name": "Calls of last week", "query": EXAMPLE, "shared_with": None}
        },
    )

    name: SearchName
    query: KeptQuery
    shared_with: SharedWith = None


class SavedSearchReplace(SavedSearchCreate):
    """All that can be set of a saved search; without `shared_with` it is shared no more."""


class SearchOwner(BaseModel):
    """Whose search it is."""

    id: int
    full_name: str


class SavedSearchRead(BaseModel):
    """A saved search. What is left out in its query stands for the default."""

    id: int
    name: str
    query: Query
    shared_with: int | None
    is_mine: bool
    owner: SearchOwner
    created_at: datetime
    updated_at: datetime


class SavedSearchPage(Page):
    """A page of saved searches, by name."""

    saved_searches: list[SavedSearchRead]

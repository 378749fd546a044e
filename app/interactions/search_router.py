"""The smaller searches: values to choose from, and the interactions nearest to the present."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BeforeValidator

from app.core.http.routing import Router
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.text import clean_line
from app.interactions.coming import answer_with, recent, upcoming
from app.interactions.dependencies import IncludedNames
from app.interactions.search_schemas import FewInteractions, SuggestedField, Suggestions
from app.interactions.suggesting import suggest
from app.tenancy.dependencies import ListedScope

router = Router(prefix="/search", tags=["interactions"])

Field = Annotated[SuggestedField, Query(description="The field whose values are wanted.")]
Prefix = Annotated[
    str,
    BeforeValidator(clean_line),
    Query(max_length=100, description="How the values begin, ignoring case and accents."),
]
Limit = Annotated[int, Query(ge=1, le=50, description="How many at most.")]


@router.get(
    "/suggestions", operation_id="suggestValues", openapi_extra=limited_as(RateClass.SEARCH)
)
async def suggest_values(
    request: Request, scope: ListedScope, field: Field, prefix: Prefix = ""
) -> Suggestions:
    """Suggest up to ten values that a field has in the caller's sites, the most used first.

    Those that differ in case and accents alone are one. With three or more letters or digits in a
    row in `prefix` all interactions are looked at; with fewer, and where that would take too long,
    the 5,000 that start last.
    """
    return Suggestions(suggestions=await suggest(request, scope, field, prefix))


@router.get(
    "/upcoming",
    operation_id="listUpcoming",
    openapi_extra=limited_as(RateClass.SEARCH),
    response_model=FewInteractions,
)
async def list_upcoming(
    request: Request, scope: ListedScope, include: IncludedNames, limit: Limit = 10
) -> Response:
    """List the interactions of the caller's sites that begin next, the nearest first."""
    return await answer_with(upcoming, request, scope, limit=limit, include=include)


@router.get(
    "/recent",
    operation_id="listRecent",
    openapi_extra=limited_as(RateClass.SEARCH),
    response_model=FewInteractions,
)
async def list_recent(
    request: Request, scope: ListedScope, include: IncludedNames, limit: Limit = 10
) -> Response:
    """List the interactions of the caller's sites that are over, the last finished first."""
    return await answer_with(recent, request, scope, limit=limit, include=include)

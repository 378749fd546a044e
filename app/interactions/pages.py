"""A page of interactions, which three routes answer with."""

from fastapi import Request, Response

from app.core.pagination import PageRequest, link_pages, page_fields
from app.interactions import presentation, repository
from app.interactions.filters import InteractionFilters
from app.interactions.schemas import InteractionPage
from app.tenancy.session import ReadSession


async def list_page(
    request: Request,
    response: Response,
    session: ReadSession,
    filters: InteractionFilters,
    paging: PageRequest,
    include: frozenset[str],
) -> InteractionPage:
    """The page, with the links to its neighbours."""
    rows, total = await repository.list_interactions(session, filters, paging)
    answers = await presentation.present(session, rows, include)
    page = InteractionPage(interactions=answers, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page

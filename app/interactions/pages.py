"""A page of interactions, which three routes answer with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from app.core.http.parameter_group import parameter_group
from app.core.pagination import Paging, link_pages, page_fields
from app.interactions import presentation, repository
from app.interactions.dependencies import Filters, IncludedNames
from app.interactions.schemas import InteractionPage
from app.tenancy.session import ReadSession


@dataclass(frozen=True, slots=True)
class ListRequest:
    """All that a list can be asked for, and the answer whose headers link its pages."""

    request: Request
    response: Response
    filters: Filters
    paging: Paging
    include: IncludedNames

    async def page(self, session: ReadSession) -> InteractionPage:
        """The page of what the session sees."""
        rows, total = await repository.list_interactions(session, self.filters, self.paging)
        answers = await presentation.present(session, rows, self.include)
        page = InteractionPage(interactions=answers, **page_fields(self.paging, total))
        link_pages(self.response, self.request.url, page)
        return page


Listing = Annotated[ListRequest, Depends(parameter_group(ListRequest))]

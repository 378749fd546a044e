"""What the routes of reports depend on."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.auth.dependencies import Engine
from app.core.direct_pool import DirectPool
from app.core.fields import Id
from app.core.http.json_request import sent_object
from app.core.vocabulary import Role
from app.interactions.naming_sites import compared_sites, require_site, site_ids_in
from app.models import Job
from app.reports import repository
from app.tenancy.dependencies import CurrentScope
from app.tenancy.session import read_session

ReportId = Annotated[Id, Path(description="The report's id.")]


async def require_named_sites(request: Request, scope: CurrentScope) -> None:
    """Refuse a site that is not the caller's before the rest of the body is looked at.

    Raises:
        Forbidden: A site is not the caller's.
        ValidationFailed: A system administrator named a site that there is not.
    """
    body = await sent_object(request)
    for site_id in site_ids_in(body.get("site_ids")):
        require_site(scope, site_id, Role.VIEWER, field="site_ids")
    for site_id in compared_sites(body.get("filters")):
        require_site(scope, site_id, Role.VIEWER, field="filters")


NAMES_SITES = [Depends(require_named_sites)]
"""For `dependencies=` of a route whose body says what a report is to tell."""


async def get_own_report(engine: Engine, scope: CurrentScope, report_id: ReportId) -> Job:
    """One of the caller's reports, for routes that go on without a session.

    Raises:
        NotFound: There is none, or it is another's.
    """
    async with read_session(engine, scope) as session:
        return await repository.get_report(session, report_id)


async def get_direct_pool(request: Request) -> DirectPool:
    """The connections for reads of this process."""
    pool: DirectPool = request.app.state.direct_pool
    return pool


OwnReport = Annotated[Job, Depends(get_own_report)]
CurrentDirectPool = Annotated[DirectPool, Depends(get_direct_pool)]

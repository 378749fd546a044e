"""`/sites`: the caller's sites, and for administrators their settings."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from app.audit.changes import changes_of
from app.audit.record import Action, record_event
from app.auth.dependencies import CHANGES_SCOPES, SystemAdmin
from app.core.fields import SiteId
from app.core.http.routing import Router
from app.core.pagination import Paging, link_pages, page_fields
from app.core.vocabulary import Role
from app.sites import repository
from app.sites.presentation import present
from app.sites.schemas import SiteCreate, SitePage, SiteRead, SiteReplace
from app.tenancy.dependencies import AdminWrites, Reads, SiteReads, SiteWrites, Writes
from app.tenancy.scope import SiteForbidden

router = Router(prefix="/sites", tags=["sites"])

Include = Annotated[
    Literal["statistics"] | None, Query(description="`statistics` adds counts to each site.")
]


@router.get("", operation_id="listSites", response_model_exclude_unset=True)
async def list_sites(
    request: Request,
    response: Response,
    session: Reads,
    paging: Paging,
    include: Include = None,
) -> SitePage:
    """List the caller's sites by name."""
    rows, total = await repository.list_sites(session, paging)
    sites = await present(session, rows, with_statistics=include == "statistics")
    page = SitePage(sites=sites, **page_fields(paging, total))
    link_pages(response, request.url, page)
    return page


@router.post(
    "",
    operation_id="createSite",
    status_code=201,
    response_model_exclude_unset=True,
    dependencies=CHANGES_SCOPES,
)
async def create_site(
    request: Request, response: Response, admin: SystemAdmin, session: Writes, body: SiteCreate
) -> SiteRead:
    """Create a site."""
    row = await repository.create_site(session, body.model_dump())
    record_event(session, Action.SITE_CREATED, actor_id=admin.user_id, subject=f"site:{row.id}")
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return (await present(session, [row], with_statistics=False))[0]


@router.get("/{site_id}", operation_id="getSite", response_model_exclude_unset=True)
async def get_site(session: SiteReads, site_id: SiteId, include: Include = None) -> SiteRead:
    """Read one of the caller's sites."""
    row = await repository.get_site(session, site_id)
    return (await present(session, [row], with_statistics=include == "statistics"))[0]


@router.put(
    "/{site_id}",
    operation_id="replaceSite",
    response_model_exclude_unset=True,
    dependencies=CHANGES_SCOPES,
)
async def replace_site(session: AdminWrites, site_id: SiteId, body: SiteReplace) -> SiteRead:
    """Change a site's name, description and time zone."""
    row = await repository.lock_site(session, site_id)
    scope = session.scope
    if body.is_active not in (None, row.is_active) and not scope.is_system_admin:
        message = "Only a system administrator may activate or deactivate a site"
        raise SiteForbidden(message, site_id=site_id)
    if not body.is_active:  # an inactive site takes no changes but to be active again
        scope.require_writable(site_id, Role.SITE_ADMIN)
    content = body.model_dump(exclude={"is_active"} if body.is_active is None else None)
    details = changes_of(row, content, told={"is_active"})
    await repository.update_site(session, row, content)
    record_event(
        session, Action.SITE_UPDATED, actor_id=scope.user_id, site_id=site_id, details=details
    )
    return (await present(session, [row], with_statistics=False))[0]


@router.delete(
    "/{site_id}",
    operation_id="deactivateSite",
    status_code=204,
    response_class=Response,
    dependencies=CHANGES_SCOPES,
)
async def deactivate_site(
    admin: SystemAdmin,
    session: SiteWrites,
    site_id: SiteId,
    force: Annotated[bool, Query(description="Even while it has members.")] = False,
) -> None:
    """Deactivate a site; its records are kept. Refused while it has members, unless forced."""
    row = await repository.lock_site(session, site_id)
    await repository.deactivate_site(session, row, force=force)
    record_event(session, Action.SITE_DEACTIVATED, actor_id=admin.user_id, site_id=site_id)

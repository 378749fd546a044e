"""`/audit-events`: what happened, for those who answer for it."""

from fastapi import Request, Response

from app.audit_events import reading
from app.audit_events.dependencies import Audited, Filters
from app.audit_events.schemas import AuditPage
from app.auth.dependencies import Engine
from app.core.cursor import Cursors
from app.core.http.routing import Router
from app.core.pagination import CursorPaging, link_pages

router = Router(prefix="/audit-events", tags=["audit"])


@router.get("", operation_id="listAuditEvents")
async def list_audit_events(
    request: Request,
    response: Response,
    engine: Engine,
    audited: Audited,
    filters: Filters,
    paging: CursorPaging,
) -> AuditPage:
    """List what happened, newest first: at the caller's sites, for system administrators all.

    Changes of interactions are told by version, without any text; their history has the rest.
    Reading the audit is itself part of it.
    """
    page = await reading.read_page(
        engine, audited, filters, paging=paging, cursors=Cursors.of(request)
    )
    link_pages(response, request.url, page)
    return page

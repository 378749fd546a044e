"""Whose audit a caller may read."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.audit_events.filters import AuditFilters
from app.core.errors import Forbidden
from app.core.http.parameter_group import parameter_group
from app.core.vocabulary import Role
from app.tenancy.dependencies import ListedScope
from app.tenancy.scope import SiteScope

Filters = Annotated[AuditFilters, Depends(parameter_group(AuditFilters))]


@dataclass(frozen=True, slots=True)
class AuditedScope:
    """The sites whose audit is read, and whether the events of no site are read with it."""

    sites: SiteScope
    with_system: bool


async def get_audited_scope(request: Request, scope: ListedScope) -> AuditedScope:
    """The sites that the request names, else all that the caller administers.

    Raises:
        Forbidden: The caller does not administer a site that is named, or none at all.
    """
    is_named = "site_id" in request.query_params or "x-site-id" in request.headers
    if is_named:
        for site_id in scope.site_ids:
            scope.require(site_id, Role.SITE_ADMIN)
    administered = [site_id for site_id, role in scope.roles.items() if role is Role.SITE_ADMIN]
    if not administered and not scope.is_system_admin:
        raise Forbidden("This needs the role site_admin at a site")
    return AuditedScope(
        scope.within(administered), with_system=scope.is_system_admin and not is_named
    )


Audited = Annotated[AuditedScope, Depends(get_audited_scope)]

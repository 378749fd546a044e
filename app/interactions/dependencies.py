"""What the routes of interactions depend on besides the session."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.core.errors import Forbidden, ValidationFailed
from app.core.fields import Id
from app.core.http.json_request import sent_object
from app.core.http.parameter_group import parameter_group
from app.core.vocabulary import Role
from app.interactions.confidential import ConfidentialNotes
from app.interactions.filters import Include, InteractionFilters, ListFilters
from app.interactions.finding.names import parse_include
from app.tenancy.dependencies import CurrentScope
from app.tenancy.scope import SiteScope

InteractionId = Annotated[Id, Path(description="The interaction's id.")]
Filters = Annotated[InteractionFilters, Depends(parameter_group(InteractionFilters))]
FiltersOfList = Annotated[ListFilters, Depends(parameter_group(ListFilters))]


async def get_included_names(include: Include = None) -> frozenset[str]:
    """What to include with each interaction."""
    return parse_include(include)


IncludedNames = Annotated[frozenset[str], Depends(get_included_names)]


async def get_target_site(request: Request, scope: CurrentScope) -> int | None:
    """The site that a new interaction is for; None when the body has to be refused for it.

    A dependency, so that a site that is not the caller's is refused before the body is validated.

    Raises:
        Forbidden: The caller may not create there, or nowhere.
        Conflict: The site is not active.
        ValidationFailed: A system administrator named a site that there is not.
    """
    require_editor_somewhere(scope)
    body = await sent_object(request)
    return target_site(scope, body.get("site_id"))


async def get_confidential_notes(request: Request, scope: CurrentScope) -> ConfidentialNotes:
    """The confidential notes as the caller may see and write them."""
    return ConfidentialNotes(request.app.state.key_ring, scope)


def require_editor_somewhere(scope: SiteScope) -> None:
    """Refuse who can write at no site.

    Raises:
        Forbidden: The role is lower everywhere.
    """
    if not any(role.includes(Role.EDITOR) for role in scope.roles.values()):
        raise Forbidden("This needs the role editor at a site")


def target_site(scope: SiteScope, named: object) -> int | None:
    """The site that something new is for; None when what names it cannot be one.

    Args:
        scope: Whose.
        named: The site's id as it was sent; None: the only one there is.

    Raises:
        Forbidden: The caller may not create there.
        Conflict: The site is not active.
        ValidationFailed: A system administrator named a site that there is not.
    """
    if named is None:
        named = only_site(scope)
    if type(named) is not int or not 1 <= named < 2**31:
        return None
    if scope.is_system_admin and named not in scope.roles:
        raise ValidationFailed(details={"site_id": "There is no such site"})
    scope.require_writable(named, Role.EDITOR)
    return named


def only_site(scope: SiteScope) -> int | None:
    """The site of a scope that has but one."""
    return scope.site_ids[0] if len(scope.roles) == 1 else None


TargetSite = Annotated[int | None, Depends(get_target_site)]
Confidential = Annotated[ConfidentialNotes, Depends(get_confidential_notes)]

"""Sites that a body names, refused before the rest of the body is looked at."""

from collections.abc import Iterator

from app.core.errors import ValidationFailed
from app.core.vocabulary import Role
from app.tenancy.scope import SiteScope


def require_site(scope: SiteScope, site_id: int, role: Role, *, field: str) -> None:
    """Refuse a site that a field of a body names.

    Raises:
        SiteForbidden: It is not the caller's, or their role is too low there.
        ValidationFailed: A system administrator named one that there is not.
    """
    if scope.is_system_admin and site_id not in scope.roles:
        raise ValidationFailed(details={field: f"There is no site {site_id}"})
    scope.require(site_id, role)


def compared_sites(part: object) -> Iterator[int]:
    """The sites that any comparison within a part of a body names."""
    if isinstance(part, dict):
        if part.get("field") == "site_id":
            yield from site_ids_in(part.get("value"))
        for below in part.values():
            yield from compared_sites(below)
    elif isinstance(part, list):
        for below in part:
            yield from compared_sites(below)


def site_ids_in(value: object) -> Iterator[int]:
    """The ids in a value; what can be none is passed over, since the body is refused for it."""
    for one in value if isinstance(value, list) else [value]:
        if type(one) is int and 1 <= one < 2**31:
            yield one

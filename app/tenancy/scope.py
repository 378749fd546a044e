"""Which sites a caller works across, and as what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.auth.caller import Caller
from app.core.errors import Conflict, Forbidden
from app.core.vocabulary import Role


class SiteForbidden(Forbidden):
    """A site that is not of the scope, or one where the role is too low.

    Attributes:
        site_id: The site.
        exists: Whether we know that there is one; what is merely named is not looked up.
    """

    def __init__(self, message: str, *, site_id: int, exists: bool = True) -> None:
        super().__init__(message)
        self.site_id = site_id
        self.exists = exists


@dataclass(frozen=True, slots=True)
class SiteScope:
    """The sites of one caller with the role at each; a value, made anew for each request.

    Attributes:
        user_id: Who acts.
        roles: Role by site id.
        is_system_admin: Whether this is every site there is.
        inactive: Those of the sites that take no writes.
        api_key_id: The key that they act with, if it is one.
    """

    user_id: int
    roles: Mapping[int, Role]
    is_system_admin: bool = False
    inactive: frozenset[int] = frozenset()
    api_key_id: int | None = None

    @classmethod
    def of(cls, caller: Caller) -> "SiteScope":
        """All the sites of a caller."""
        return cls(
            user_id=caller.user_id,
            roles=caller.roles,
            is_system_admin=caller.is_system_admin,
            inactive=caller.inactive_site_ids,
        )

    @property
    def site_ids(self) -> tuple[int, ...]:
        """The ids, in order."""
        return tuple(sorted(self.roles))

    def require(self, site_id: int, role: Role = Role.VIEWER) -> None:
        """Refuse a site outside the scope, or one where the caller's role is too low.

        Raises:
            SiteForbidden: The same whether or not the site exists.
        """
        held = self.roles.get(site_id)
        if held is None:
            raise SiteForbidden("This site is not one of yours", site_id=site_id, exists=False)
        if not held.includes(role):
            raise SiteForbidden(f"This needs the role {role} at the site", site_id=site_id)

    def require_writable(self, site_id: int, role: Role) -> None:
        """Refuse what `require` refuses, and a site that is not active.

        Raises:
            SiteForbidden: It is not the caller's, or the role too low.
            Conflict: The site is not active.
        """
        self.require(site_id, role)
        if site_id in self.inactive:
            raise Conflict("The site is not active and takes no changes")

    def narrow(self, site_ids: Iterable[int]) -> "SiteScope":
        """The part of the scope that a request names.

        Raises:
            SiteForbidden: It names a site outside the scope.
        """
        named = set(site_ids)
        for site_id in named:
            self.require(site_id)
        return self.within(named)

    def within(self, site_ids: Iterable[int]) -> "SiteScope":
        """The part of the scope that is among these sites."""
        kept = {site_id: self.roles[site_id] for site_id in site_ids if site_id in self.roles}
        return replace(self, roles=MappingProxyType(kept))

    def at_most(self, role: Role) -> "SiteScope":
        """The same sites, with no higher role than this one at any of them."""
        lowered = {
            site_id: role if held.includes(role) else held for site_id, held in self.roles.items()
        }
        return replace(self, roles=MappingProxyType(lowered))

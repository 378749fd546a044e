"""The sites that rows name: those there are, those to be made, and those that are refused."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.core.errors import AppError
from app.core.vocabulary import Role
from app.imports.actor import read_scope
from app.imports.errors import CannotImportError
from app.models import Site
from app.sites.repository import create_site
from app.sites.schemas import SiteCreate
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session

MAX_NAMES = 10
"""How many names a message lists."""

MAX_REMEMBERED = 10_000
"""How many spellings of names are kept, so that each is looked up once."""


@dataclass(frozen=True, slots=True)
class NamedSite:
    """What is known of a name.

    Attributes:
        key: The name as names are compared.
        timezone: The site's; UTC for a site whose rows are refused.
        id: None for one that there is not, or not yet.
        reasons: Why its rows are refused; empty when they are not.
    """

    key: str
    timezone: str
    id: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)


class Sites:
    """The sites of one import, by name or by id; the case of a name makes no difference."""

    def __init__(self, scope: SiteScope, sites: Iterable[NamedSite]) -> None:
        self.scope = scope
        self._by_key = {site.key: site for site in sites}
        self._by_id = {str(site.id): site for site in self._by_key.values() if site.id is not None}
        self._found: dict[str, NamedSite] = {}

    def find(self, name: str) -> NamedSite:
        """The site of this name, else of this id, with the reason when it cannot be written to."""
        site = self._found.get(name)
        if site is None:
            site = self._look_up(name)
            if len(self._found) < MAX_REMEMBERED:
                self._found[name] = site
        return site

    def _look_up(self, name: str) -> NamedSite:
        key = site_key(name)
        return self._by_key.get(key) or self._by_id.get(key) or self._unknown(key)

    def is_known(self, key: str) -> bool:
        """Whether the scope holds a site of this name."""
        return key in self._by_key or key in self._by_id

    def with_planned(self, planned: Iterable[SiteCreate]) -> "Sites":
        """What making the planned sites would give, for a dry run."""
        new = [NamedSite(site_key(site.name), site.timezone) for site in planned]
        return Sites(self.scope, [*self._by_key.values(), *new])

    def _unknown(self, key: str) -> NamedSite:
        if not key:
            reason = "Site is required"
        elif self.scope.is_system_admin:
            reason = "There is no such site"
        else:  # whether or not it exists
            reason = "This site is not one of yours"
        return NamedSite(key, "UTC", reasons={"site": reason})


def site_key(name: str) -> str:
    """A name as names are compared."""
    return " ".join(unicodedata.normalize("NFC", name).split()).lower()


async def open_sites(engine: AsyncEngine, user_id: int) -> Sites:
    """The sites of a user's scope."""
    return await sites_of(engine, await read_scope(engine, user_id))


async def sites_of(engine: AsyncEngine, scope: SiteScope) -> Sites:
    """The sites of a scope."""
    async with read_session(engine, scope) as session:
        rows = list(await session.scalars(select(Site).where(Site.id.in_(scope.site_ids))))
    return Sites(scope, [_named(scope, row) for row in rows])


def _named(scope: SiteScope, row: Site) -> NamedSite:
    try:
        scope.require_writable(row.id, Role.EDITOR)
    except AppError as error:
        return NamedSite(site_key(row.name), "UTC", id=row.id, reasons={"site": error.text})
    return NamedSite(site_key(row.name), row.timezone, id=row.id)


def plan_sites(
    sites: Sites, names: Mapping[str, str], *, zones: Mapping[str, str]
) -> list[SiteCreate]:
    """The sites to be made for names that are not there yet.

    Args:
        sites: Those there are.
        names: The names of the file by key.
        zones: The time zones by key; checked.

    Raises:
        CannotImportError: The user may not make sites, or a time zone is missing.
    """
    new = {key: name for key, name in names.items() if key and not sites.is_known(key)}
    if new and not sites.scope.is_system_admin:
        raise CannotImportError("Only a system administrator may make sites")
    if missing := [name for key, name in new.items() if key not in zones]:
        listed = ", ".join(map(repr, missing[:MAX_NAMES]))
        more = ", ..." if len(missing) > MAX_NAMES else ""
        raise CannotImportError(
            f"No time zone for {len(missing)} new sites: {listed}{more}. See --site-zones"
        )
    return [SiteCreate(name=name, timezone=zones[key]) for key, name in new.items()]


async def make_sites(engine: AsyncEngine, sites: Sites, planned: Iterable[SiteCreate]) -> Sites:
    """Make the planned sites, all or none, and read the scope again, which now holds them."""
    user_id = sites.scope.user_id
    async with scoped_session(engine, sites.scope) as session:
        for site in planned:
            row = await create_site(session, site.model_dump())
            record_event(session, Action.SITE_CREATED, actor_id=user_id, subject=f"site:{row.id}")
    return await open_sites(engine, user_id)

"""For jobs that go from site to site: no scope is ever more than one of them."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.models import Site
from app.tenancy.scope import SiteScope

NOBODY = 0
"""Whose scope it is when the worker itself goes from site to site."""


async def every_site(engine: AsyncEngine) -> AsyncIterator[SiteScope]:
    """The scope of each site there is, one after the other."""
    async with unscoped_transaction(engine) as session:
        site_ids = list(await session.scalars(select(Site.id).order_by(Site.id)))
    for site_id in site_ids:
        yield SiteScope(NOBODY, {site_id: Role.VIEWER})

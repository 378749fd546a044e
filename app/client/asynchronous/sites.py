"""Sites."""

from collections.abc import AsyncIterator
from typing import Literal

from app.client.asynchronous.operations import Operations
from app.client.bodies import Json
from app.client.calls import call
from app.client.schemas import SiteCreate, SitePage, SiteRead, SiteReplace


class Sites(Operations):
    """`/sites`."""

    async def list_sites(
        self, *, include: Literal["statistics"] | None = None, page: int = 1, page_size: int = 20
    ) -> SitePage:
        """A page of the caller's sites.

        Example:
            for site in (await client.list_sites(include="statistics")).sites:
                print(site.name, site.statistics)
        """
        query = {"include": include, "page": page, "page_size": page_size}
        return await self._answer(SitePage, call("GET", "/sites", query=query))

    def iter_sites(
        self, *, include: Literal["statistics"] | None = None, page_size: int = 100
    ) -> AsyncIterator[SiteRead]:
        """All of the caller's sites.

        Example:
            names = [site.name async for site in client.iter_sites()]
        """
        return self._walk(
            self.list_sites, lambda page: page.sites, include=include, page_size=page_size
        )

    async def create_site(self, body: SiteCreate | Json) -> SiteRead:
        """Make a site.

        Example:
            nantes = await client.create_site({"name": new_name, "timezone": "Europe/Paris"})
        """
        return await self._answer(SiteRead, call("POST", "/sites", body=body))

    async def get_site(
        self, site_id: int, *, include: Literal["statistics"] | None = None
    ) -> SiteRead:
        """Read a site.

        Example:
            site = await client.get_site(site_id, include="statistics")
        """
        asked = call("GET", "/sites/{}", site_id, query={"include": include})
        return await self._answer(SiteRead, asked)

    async def replace_site(self, site_id: int, body: SiteReplace | Json) -> SiteRead:
        """Replace what can be set of a site.

        Example:
            await client.replace_site(site_id, {"name": new_name, "timezone": "Europe/Paris"})
        """
        return await self._answer(SiteRead, call("PUT", "/sites/{}", site_id, body=body))

    async def deactivate_site(self, site_id: int, *, force: bool = False) -> None:
        """Close a site; its interactions stay. With members it takes `force`.

        Example:
            await client.deactivate_site(site_id, force=True)
        """
        await self._send(call("DELETE", "/sites/{}", site_id, query={"force": force}))

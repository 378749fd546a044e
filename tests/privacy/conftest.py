"""A site, a system administrator, and a worker that does what they ask for."""

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.jobs.attempt import Place
from app.models import Site, User
from app.worker import create_reads
from tests.desk import ClientFor, Json
from tests.factories import Client, Make
from tests.reports.conftest import Bench


@dataclass(frozen=True, slots=True)
class Office:
    """Who asks, and what is done about it.

    Attributes:
        site: A site.
        admin: A system administrator.
        client: Calls as that one.
        bench: The worker.
    """

    site: Site
    admin: User
    client: Client
    bench: Bench

    @property
    def here(self) -> Json:
        """Names the site."""
        return {"site_ids": [self.site.id]}

    async def ask(self, what: str, person: int | str, **over: Any) -> Json:
        """A request: about a name, of this site."""
        asked_for = {"person": person} | ({} if isinstance(person, int) else self.here) | over
        response = await self.client.post(f"/privacy/{what}", json=asked_for)
        assert response.status_code == 202, response.text
        asked: Json = response.json()
        return asked

    async def done(self, what: str, person: int | str, **over: Any) -> Json:
        """A request that is made and done."""
        asked = await self.ask(what, person, **over)
        await self.bench.run(asked["id"])
        response = await self.client.get(f"/privacy/requests/{asked['id']}")
        assert response.status_code == 200, response.text
        found: Json = response.json()
        assert found["status"] == "succeeded", found
        return found


@pytest.fixture
async def office(
    make: Make,
    client_for: ClientFor,
    api: FastAPI,
    engine: AsyncEngine,
    settings: Settings,
) -> Any:
    reads = create_reads(settings)
    await reads.open()
    site = await make.site()
    admin = await make.admin()
    bench = Bench(Place(engine, reads, api.state.storage, settings))
    yield Office(site, admin, client_for(admin), bench)
    await reads.close()

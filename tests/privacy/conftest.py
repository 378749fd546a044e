"""A site, a system administrator, and a worker that does what they ask for."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import create_engine
from app.jobs.attempt import Place
from app.models import Site, User
from app.worker import create_reads
from tests.conftest import MakeMigrated, Servers
from tests.desk import ClientFor, Json
from tests.factories import Client, Make
from tests.own_app import OwnApp, own_app
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


@pytest.fixture(scope="session")
async def own(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    """All that is held on a person is looked for at all sites, so there must not be too many."""
    async with own_app(make_migrated, settings) as started:
        yield started


@pytest.fixture(scope="session")
def api(own: OwnApp) -> FastAPI:
    return own.api


@pytest.fixture(scope="session")
def make(own: OwnApp) -> Make:
    return own.make


@pytest.fixture(scope="session")
def engine(own: OwnApp) -> AsyncEngine:
    own_engine: AsyncEngine = own.api.state.engine
    return own_engine


@pytest.fixture(scope="session")
async def admin_engine(own: OwnApp, servers: Servers) -> AsyncIterator[AsyncEngine]:
    url = servers.admin_url.set(database=own.api.state.engine.url.database)
    engine = create_engine(url, pool_size=2)
    yield engine
    await engine.dispose()


@pytest.fixture
async def client_for(own: OwnApp) -> AsyncIterator[ClientFor]:
    async with AsyncExitStack() as stack:

        def client_of(user: User | None = None) -> Client:
            client = own.client(user)
            stack.push_async_callback(client.aclose)
            return client

        yield client_of


@pytest.fixture
async def office(make: Make, client_for: ClientFor, api: FastAPI, engine: AsyncEngine) -> Any:
    settings = api.state.settings
    reads = create_reads(settings)
    await reads.open()
    site = await make.site()
    admin = await make.admin()
    bench = Bench(Place(engine, reads, api.state.storage, settings))
    yield Office(site, admin, client_for(admin), bench)
    await reads.close()

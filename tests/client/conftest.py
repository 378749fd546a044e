"""A service that listens, and somebody who works there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from app.client import AsyncIMSClient
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.models import Interaction, Site, User
from tests.client.proxy import Proxy, proxy_before
from tests.client.served import Service, service, working
from tests.conftest import MakeMigrated
from tests.factories import Make
from tests.provider.process import running_provider


@pytest.fixture(scope="package")
async def service_of_clients(
    make_migrated: MakeMigrated, settings: Settings
) -> AsyncIterator[Service]:
    """One for all tests of this folder, with a provider of single sign-on."""
    with running_provider() as provider:
        trusting = provider.settings(settings, oidc_allowed_domains="example.org")
        async with service(make_migrated, trusting) as served:
            served.api.state.test_provider = provider
            yield served


@pytest.fixture
async def served(service_of_clients: Service) -> AsyncIterator[Service]:
    async with working(service_of_clients):
        yield service_of_clients
    # What a test has asked for and not waited for is not begun again and again during the others.
    async with unscoped_transaction(service_of_clients.api.state.engine) as session:
        await session.execute(text("DELETE FROM app.jobs WHERE status = 'queued'"))


@dataclass(frozen=True, slots=True)
class Workplace:
    """A site, an editor there, and the client that the editor calls with."""

    site: Site
    editor: User
    client: AsyncIMSClient
    served: Service

    @property
    def make(self) -> Make:
        """Makes sites, people and interactions."""
        return self.served.make

    async def interaction(self, **over: object) -> Interaction:
        """An interaction of the editor's."""
        return await self.make.interaction(self.site, self.editor, **over)


@pytest.fixture
async def workplace(served: Service) -> AsyncIterator[Workplace]:
    site = await served.make.site()
    editor = await served.make.member(site)
    async with served.client(editor) as client:
        yield Workplace(site, editor, client, served)


@pytest.fixture
async def proxy(served: Service) -> AsyncIterator[Proxy]:
    """What lies between a client and the service, and may lose things."""
    async with proxy_before(served.url) as found:
        yield found

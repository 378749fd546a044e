"""Servers that the tests of faults have to themselves, and the API on them."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.auth.passwords import PasswordHasher
from app.core.database import create_engine
from app.core.vocabulary import Role
from app.local.throwaway import ThrowawayServers, throwaway_servers
from app.models import Interaction, Site, User
from tests.conftest import Database, migrate
from tests.factories import PASSWORD, Make
from tests.faults.served import Served, served

NAME = "ims"


@pytest.fixture(scope="module")
def own_servers() -> Iterator[ThrowawayServers]:
    with throwaway_servers() as started:
        yield started


@pytest.fixture(scope="module")
async def own_database(own_servers: ThrowawayServers) -> Database:
    """A migrated database on them."""
    postgres = own_servers.postgres
    database = Database(make_url(postgres.url(NAME)), make_url(postgres.url(NAME, "ims_app")))
    await migrate(database)
    return database


@dataclass(frozen=True, slots=True)
class Story:
    """A site, its admin, and an interaction."""

    site: Site
    user: User
    row: Interaction


@pytest.fixture(scope="module")
async def story(own_database: Database) -> Story:
    """What the tests read and change."""
    engine, passwords = create_engine(own_database.app_url, pool_size=1), PasswordHasher()
    make = Make(engine, passwords)
    site = await make.site()
    user = await make.member(site, role=Role.SITE_ADMIN)
    found = Story(site, user, await make.interaction(site, user))
    passwords.close()
    await engine.dispose()
    return found


@pytest.fixture
def start_api(
    own_servers: ThrowawayServers, story: Story, tmp_path: Path
) -> Iterator[Callable[..., Served]]:
    """Start the API as its own process; settings by name."""
    with ExitStack() as stack:

        def start(*, output: Path | None = None, is_killed: bool = True, **values: str) -> Served:
            with socket.create_server(("127.0.0.1", 0)) as taken:
                port = taken.getsockname()[1]
            return stack.enter_context(
                served(
                    own_servers,
                    NAME,
                    port=port,
                    output=output,
                    is_killed=is_killed,
                    IMS_STATE_DIR=str(tmp_path),
                    **values,
                )
            )

        yield start


@pytest.fixture
async def log_in(story: Story) -> AsyncIterator[Callable[..., object]]:
    """Log in over HTTP; the client calls as the site's admin."""
    clients: list[httpx.AsyncClient] = []

    async def log_in_at(api: Served) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=f"{api.url}/api/v1", trust_env=False, timeout=30)
        clients.append(client)
        login = {"username": story.user.username, "password": PASSWORD}
        answer = await client.post("/auth/login", json=login)
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    yield log_in_at
    for client in clients:
        await client.aclose()


@pytest.fixture
async def other_connection(own_database: Database) -> AsyncIterator[AsyncEngine]:
    """Connections of somebody else, who may look at everything and lock it."""
    engine = create_async_engine(own_database.admin_url, poolclass=NullPool)
    yield engine
    await engine.dispose()

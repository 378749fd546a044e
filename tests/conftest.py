"""Real servers, one database a test process, the application on it, and callers for it.

Tests share the database and never empty it: each makes the sites and people it speaks of, so that
they are independent of each other and of their order.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.core.database import create_engine
from app.interactions import coming, listing, suggesting
from app.interactions.finding import hints
from app.local.databases import named_database
from app.local.throwaway import throwaway_servers
from app.main import create_app
from app.models import User
from app.schema.prepare import prepare_database
from app.schema.revisions import upgrade
from app.schema.roles import APP, MIGRATOR
from tests.factories import Client, Make


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: many tests wait, for time to pass or servers to start."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Leave out of the coverage what calls once more all that other tests call.

    Python runs half as fast while lines are counted, so it is asked not to in this thread; what
    runs in others is counted.
    """
    if item.get_closest_marker("covered_elsewhere") is None:
        return (yield)
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers of this test process are; the database in the addresses is not ours."""

    admin_url: URL
    app_url: URL
    redis_url: str


@dataclass(frozen=True, slots=True)
class Database:
    """One database, for a login that may do all and for the application's."""

    admin_url: URL
    app_url: URL


MakeMigrated = Callable[[], Awaitable[Database]]


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers that the environment names, throw-away ones for what it does not."""
    settings = Settings()
    with ExitStack() as stack:
        if settings.database_url and settings.redis_url:
            app_url, admin_url = named_database(settings, settings.ims_state_dir)
            redis_url = settings.redis_url.get_secret_value()
        else:
            own = stack.enter_context(throwaway_servers())
            app_url = own.postgres.url("postgres", "ims_app")
            admin_url = own.postgres.url("postgres")
            redis_url = own.valkey.url
        assert admin_url, "the tests make databases: set MIGRATION_DATABASE_URL to a login that may"
        yield Servers(make_url(admin_url), make_url(app_url), redis_url)


@pytest.fixture(scope="session")
def make_database(servers: Servers) -> Callable[[], Database]:
    """Name a database of its own for a test that needs one, which makes it."""

    def make() -> Database:
        name = f"ims_test_{uuid4().hex}"
        return Database(servers.admin_url.set(database=name), servers.app_url.set(database=name))

    return make


async def copy(template: Database, database: Database) -> None:
    """Make a database that has all that another one has, in a fraction of a migration's time."""
    name = database.admin_url.database
    await run_at_server(
        database.admin_url,
        f'CREATE DATABASE "{name}" TEMPLATE "{template.admin_url.database}" STRATEGY FILE_COPY',
        # What is granted on a database itself is not copied.
        f'GRANT CONNECT ON DATABASE "{name}" TO {APP}, {MIGRATOR}',
    )


async def drop_database(url: URL) -> None:
    """Remove a test database, whoever is still connected to it."""
    await run_at_server(url, f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')


async def run_at_server(url: URL, *statements: str) -> None:
    """Run what is about databases as a whole."""
    engine = create_async_engine(
        url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
async def template(make_database: Callable[[], Database]) -> AsyncIterator[Database]:
    """A migrated database to make others from, which nobody connects to."""
    database = make_database()
    await migrate(database)
    yield database
    await drop_database(database.admin_url)


@pytest.fixture(scope="session")
def make_migrated(template: Database, make_database: Callable[[], Database]) -> MakeMigrated:
    """Make a migrated database; whoever asks for it drops it."""

    async def make() -> Database:
        database = make_database()
        await copy(template, database)
        return database

    return make


@pytest.fixture(scope="session")
async def database(make_migrated: MakeMigrated) -> AsyncIterator[Database]:
    """The migrated database that the tests of this process share."""
    database = await make_migrated()
    yield database
    await drop_database(database.admin_url)


async def migrate(database: Database) -> None:
    """Make a database and bring it to the newest revision."""
    left = await prepare_database(database.admin_url, app_password=database.app_url.password)
    assert not left
    await asyncio.to_thread(upgrade, database.admin_url)  # it starts an event loop of its own


@pytest.fixture(scope="session")
def settings(
    database: Database, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The settings of the application under test.

    All tests come from one address, and fast; those about rate limits set their own.
    """
    return Settings(
        database_url=database.app_url.render_as_string(hide_password=False),
        redis_url=servers.redis_url,
        ims_state_dir=tmp_path_factory.mktemp("state"),
        rate_limit_auth=0,
        rate_limit_anonymous=0,
        rate_limit_search=0,
        rate_limit_default=0,
        rate_limit_jobs=0,
    )


@pytest.fixture(scope="session")
def passwords() -> PasswordHasher:
    """Argon2 at a cost that tests can pay."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
async def api(settings: Settings, passwords: PasswordHasher) -> AsyncIterator[FastAPI]:
    """The started application."""
    app = create_app(settings, passwords=passwords)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session", autouse=True)
def ample_time() -> Iterator[None]:
    """Time for whatever is looked for, also on a busy machine; tests about limits set their own."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (listing, coming, hints):
            patch.setattr(module, "SECONDS", 30)
        patch.setattr(suggesting, "SECONDS_FOR_ALL", 30)
        patch.setattr(suggesting, "SECONDS_FOR_NEWEST", 30)
        yield


@pytest.fixture(scope="session")
async def engine(api: FastAPI) -> AsyncEngine:
    """The application's own engine: the role that row-level security binds."""
    app_engine: AsyncEngine = api.state.engine
    return app_engine


@pytest.fixture(scope="session")
async def admin_engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine that sees everything, for looking at what the application left behind."""
    engine = create_engine(database.admin_url, pool_size=2)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def make(engine: AsyncEngine, passwords: PasswordHasher) -> Make:
    """Makes sites, people and interactions."""
    return Make(engine, passwords)


@pytest.fixture(scope="session")
async def client_for(api: FastAPI, make: Make) -> AsyncIterator[Callable[..., Client]]:
    """A client that calls as a user, or as nobody."""
    clients: list[Client] = []

    def client_of(user: User | None = None, **headers: str) -> Client:
        if user is not None:
            headers["Authorization"] = f"Bearer {make.token(api, user)}"
        transport = httpx.ASGITransport(api)
        client = Client(transport=transport, base_url="http://test/api/v1", headers=headers)
        clients.append(client)
        return client

    yield client_of
    for client in clients:
        await client.aclose()

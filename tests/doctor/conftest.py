"""Deployments to look at, with databases of their own for what is to be broken."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.doctor.checks import CHECKS, look
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, Verdict
from app.local.throwaway import ThrowawayServers, throwaway_servers
from tests.conftest import Database, MakeMigrated, drop_database
from tests.factories import Make

Change = Callable[..., Deployment]


@pytest.fixture
async def changed(settings: Settings, tmp_path: Path) -> AsyncIterator[Change]:
    """The deployment of the tests with other settings, in an empty state directory."""
    made: list[Deployment] = []

    def change(**values: object) -> Deployment:
        values = {"ims_state_dir": tmp_path} | values
        made.append(Deployment(Settings(**settings.model_dump() | values)))
        return made[-1]

    yield change
    for one in made:
        await one.close()


@pytest.fixture
async def own_database(make_migrated: MakeMigrated) -> AsyncIterator[Database]:
    """A migrated database for this test alone."""
    database = await make_migrated()
    yield database
    await drop_database(database.admin_url)


@pytest.fixture
def own(own_database: Database, changed: Change) -> Deployment:
    """A deployment on it."""
    return changed(database_url=address(own_database.app_url))


@pytest.fixture
def make_own(own: Deployment, passwords: PasswordHasher) -> Make:
    """Makes what is in it."""
    return Make(own.engine, passwords)


@pytest.fixture(scope="module")
def own_servers() -> Iterator[ThrowawayServers]:
    """Servers for one module of tests, which may change and stop them."""
    with throwaway_servers() as started:
        yield started


def address(url: URL) -> str:
    """An address as a setting has it."""
    return url.render_as_string(hide_password=False)


async def run_as_admin(database: Database, *statements: str) -> None:
    """Change a database as somebody who may do anything in it."""
    engine = create_async_engine(database.admin_url, poolclass=NullPool)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def found(deployment: Deployment, subject: str) -> Finding:
    """What the check of this name finds."""
    (check,) = [check for check in CHECKS if check.subject == subject]
    return await look(check, deployment)


async def verdict(deployment: Deployment, subject: str) -> Verdict:
    """How it stands with it, by the check of this name."""
    return (await found(deployment, subject)).verdict

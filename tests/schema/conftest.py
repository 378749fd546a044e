"""Databases of their own: these tests change the schema itself."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from tests.conftest import Database, copy, drop_database


@pytest.fixture
async def empty_database(make_database: Callable[[], Database]) -> AsyncIterator[Database]:
    """The name of a database that is not there yet."""
    database = make_database()
    yield database
    await drop_database(database.admin_url)


@pytest.fixture
async def own_database(empty_database: Database, template: Database) -> Database:
    """A migrated database for this test alone."""
    await copy(template, empty_database)
    return empty_database


@pytest.fixture
async def own_engine(empty_database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine that may do all in the database of this test."""
    engine = create_async_engine(empty_database.admin_url, poolclass=NullPool)
    yield engine
    await engine.dispose()

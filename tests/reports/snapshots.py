"""Connections for the snapshots that reports are made of."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.direct_pool import DirectPool
from tests.conftest import Database


@pytest.fixture(scope="session")
async def pool(settings: Settings) -> AsyncIterator[DirectPool]:
    """Connections under the application's role."""
    found = DirectPool(settings)
    await found.open()
    yield found
    await found.close()


@pytest.fixture(scope="session")
async def past_row_level_security(
    settings: Settings, database: Database
) -> AsyncIterator[DirectPool]:
    """Connections of a superuser, whom no policy binds."""
    url = SecretStr(database.admin_url.render_as_string(hide_password=False))
    found = DirectPool(settings.model_copy(update={"database_url": url}))
    await found.open()
    yield found
    await found.close()

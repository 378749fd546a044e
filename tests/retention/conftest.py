"""Sites to let time pass at."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import Role
from tests.desk import ClientFor
from tests.factories import Make
from tests.retention.keeping import Archive

MakeArchive = Callable[[], Awaitable[Archive]]


@pytest.fixture
def make_archive(
    make: Make,
    client_for: ClientFor,
    engine: AsyncEngine,
    admin_engine: AsyncEngine,
    settings: Settings,
) -> MakeArchive:
    async def made() -> Archive:
        site = await make.site()
        admin = await make.member(site, role=Role.SITE_ADMIN)
        return Archive(site, admin, client_for(admin), make, engine, admin_engine, settings)

    return made


@pytest.fixture
async def archive(make_archive: MakeArchive) -> Archive:
    return await make_archive()

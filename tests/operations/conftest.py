"""An editor at a site who sends batches, with a worker that takes them back."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from tests.desk import ClientFor, Desk
from tests.factories import Make
from tests.imports.sending import Sender, import_desk


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))


@pytest.fixture
def sender(settings: Settings, engine: AsyncEngine, desk: Desk) -> Sender:
    """That editor, with a worker that does at once what they ask for."""
    return Sender(desk.client, import_desk(settings, engine))

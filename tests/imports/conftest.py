"""An import in the name of an editor at a site."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.imports import chunks
from tests.desk import ClientFor, Desk
from tests.factories import Make
from tests.imports.importing import Importing
from tests.imports.sending import Sender, import_desk


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))


@pytest.fixture
def sender(settings: Settings, engine: AsyncEngine, desk: Desk) -> Sender:
    """That editor, sending files."""
    return Sender(desk.client, import_desk(settings, engine))


@pytest.fixture
def importing(engine: AsyncEngine, tmp_path: Path, desk: Desk) -> Importing:
    """What that editor imports."""
    return Importing(engine, tmp_path / "rows.csv", desk.user.username)


@pytest.fixture
def small_chunks() -> Iterator[None]:
    """Few rows a transaction."""
    with patch.object(chunks, "CHUNK", 10):
        yield

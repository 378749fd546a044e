"""An import in the name of an editor at a site."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import ClientFor, Desk
from tests.factories import Make
from tests.imports.importing import Importing


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))


@pytest.fixture
def importing(engine: AsyncEngine, tmp_path: Path, desk: Desk) -> Importing:
    """What that editor imports."""
    return Importing(engine, tmp_path / "rows.csv", desk.user.username)

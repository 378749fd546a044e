"""Who sends requests again."""

import pytest

from tests.desk import ClientFor, Desk
from tests.factories import Make


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))

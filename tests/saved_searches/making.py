"""Making saved searches without calling for them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.models import SavedSearch, User
from tests.factories import unique


async def make_search(engine: AsyncEngine, owner: User, **over: Any) -> int:
    """A search of somebody's, for words that nothing holds; answers its id."""
    content = {"name": unique("Search"), "query": {"q": unique("word")}} | over
    row = SavedSearch(owner_id=owner.id, **content)
    async with unscoped_transaction(engine) as session:
        session.add(row)
    return row.id

"""Making background jobs without asking for them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import JobKind
from app.models import Job, Site, User


async def make_job(engine: AsyncEngine, owner: User, *sites: Site, **over: Any) -> int:
    """A job of somebody's as it may lie in the table; answers its id."""
    content = {
        "kind": JobKind.IMPORT_CHECK.value,
        "parameters": {},
        "site_ids": [site.id for site in sites],
    }
    row = Job(owner_id=owner.id, **content | over)
    async with unscoped_transaction(engine) as session:
        session.add(row)
    return row.id

"""What the worker does about interactions."""

from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.interactions.counts import fold_deltas
from app.tenancy.every_site import every_site
from app.tenancy.session import scoped_session

logger = structlog.get_logger()


async def fold_counts(context: dict[str, Any]) -> None:
    """Fold what was written since the last time into the counts, site by site."""
    engine: AsyncEngine = context["engine"]
    folded = 0
    async for scope in every_site(engine):
        async with scoped_session(engine, scope) as session:
            folded += await fold_deltas(session, *scope.site_ids)
    logger.info("counts_folded", count=folded)

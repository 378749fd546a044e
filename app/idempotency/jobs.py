"""What the worker does about answers that were kept."""

from typing import Any

import structlog

from app.core.database import unscoped_transaction
from app.idempotency.repository import delete_old_records

logger = structlog.get_logger()


async def remove_old_answers(context: dict[str, Any]) -> None:
    """Remove the answers that are no longer kept for a request that is sent again."""
    async with unscoped_transaction(context["engine"]) as session:
        removed = await delete_old_records(session)
    logger.info("old_answers_removed", count=removed)

"""What the worker does about logins."""

from typing import Any

import structlog

from app.core.database import unscoped_transaction
from app.identity.repository import delete_expired_families

logger = structlog.get_logger()


async def remove_expired_logins(context: dict[str, Any]) -> None:
    """Remove the logins that are over by time."""
    async with unscoped_transaction(context["engine"]) as session:
        removed = await delete_expired_families(session)
    logger.info("expired_logins_removed", count=removed)

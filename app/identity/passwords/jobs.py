"""What the worker does about links that set passwords."""

from typing import Any

import structlog

from app.core.database import unscoped_transaction
from app.identity.passwords.letters import RESETS_PERIOD
from app.identity.passwords.repository import delete_old_links

logger = structlog.get_logger()


async def remove_old_links(context: dict[str, Any]) -> None:
    """Remove the links that are over and do not count any more."""
    async with unscoped_transaction(context["engine"]) as session:
        removed = await delete_old_links(session, kept=RESETS_PERIOD)
    logger.info("old_password_links_removed", count=removed)

"""What the worker does about logins."""

from typing import Any

import structlog

from app.core.database import unscoped_transaction
from app.identity.logins.attempts import delete_old_attempts
from app.identity.logins.repository import delete_expired_logins

logger = structlog.get_logger()


async def remove_expired_logins(context: dict[str, Any]) -> None:
    """Remove the logins that are over by time, and the failed ones that do not count any more."""
    async with unscoped_transaction(context["engine"]) as session:
        removed = await delete_expired_logins(session)
        attempts = await delete_old_attempts(session)
    logger.info("expired_logins_removed", count=removed, attempts=attempts)

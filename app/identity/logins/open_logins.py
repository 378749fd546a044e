"""Where a person is logged in, and ending it from elsewhere."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.record import Action, record_event
from app.core.database import unscoped_transaction
from app.core.errors import NotFound
from app.identity.logins import repository
from app.models import Login


async def list_open(engine: AsyncEngine, user_id: int) -> list[Login]:
    """The open logins of a user, the one used last first."""
    async with unscoped_transaction(engine) as session:
        return await repository.list_live_logins(session, user_id)


async def revoke(engine: AsyncEngine, user_id: int, login_id: UUID) -> None:
    """End one login of a user.

    Raises:
        NotFound: The user has no such open login.
    """
    async with unscoped_transaction(engine) as session:
        if not await repository.revoke_logins(session, user_id, only=login_id):
            raise NotFound("There is no such session")
        record_event(session, Action.SESSION_REVOKED, actor_id=user_id, details={"count": 1})


async def revoke_all(engine: AsyncEngine, user_id: int) -> None:
    """End all logins of a user."""
    async with unscoped_transaction(engine) as session:
        count = await repository.revoke_logins(session, user_id)
        record_event(session, Action.SESSION_REVOKED, actor_id=user_id, details={"count": count})

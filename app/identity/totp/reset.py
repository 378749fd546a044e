"""`ims reset-second-factor`: for a person who has lost what makes the codes."""

from app.audit.record import Action, record_event
from app.core.command_engine import command_engine
from app.core.config import Settings, StartRefusedError
from app.core.database import unscoped_transaction
from app.identity.people import find_by_name
from app.identity.totp.repository import delete_factor


async def reset_second_factor(settings: Settings, name: str) -> int:
    """Remove the second factor of the user with this name or address; answers their id.

    Raises:
        StartRefusedError: There is no such user, or none of theirs, or no database.
    """
    async with command_engine(settings) as engine, unscoped_transaction(engine) as session:
        user = await find_by_name(session, name)
        if user is None:
            raise StartRefusedError(f"There is no user {name}")
        if not await delete_factor(session, user.id):
            raise StartRefusedError(f"{name} has no second factor")
        subject = f"user:{user.id}"
        record_event(session, Action.SECOND_FACTOR_REMOVED, actor_id=None, subject=subject)
        return user.id

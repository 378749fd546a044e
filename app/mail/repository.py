"""Statements about messages that wait to be sent."""

from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import OutgoingMail

GIVE_UP_AFTER = timedelta(hours=24)
MOST_AT_ONCE = 50

# The time of the next attempt is also how long this one holds the message: nobody else takes it
# before. An attempt lasts less than the minute that this is at least.
_CLAIM = text(
    "UPDATE app.outgoing_mails SET attempts = attempts + 1, next_attempt_at = now()"
    " + least(interval '1 minute' * power(2, attempts), interval '4 hours')"
    " WHERE id = :id AND next_attempt_at <= now() RETURNING id"
)


async def claim_mail(session: AsyncSession, mail_id: int) -> OutgoingMail | None:
    """Take a message to send it; None when it is sent, not due, or somebody else's already."""
    if await session.scalar(_CLAIM, {"id": mail_id}) is None:
        return None
    return await session.get(OutgoingMail, mail_id)


async def list_due_mail_ids(session: AsyncSession) -> list[int]:
    """The messages that are to be sent now, the one that waits longest first."""
    statement = (
        select(OutgoingMail.id)
        .where(OutgoingMail.next_attempt_at <= func.now())
        .order_by(OutgoingMail.next_attempt_at, OutgoingMail.id)
        .limit(MOST_AT_ONCE)
    )
    return list(await session.scalars(statement))


async def remove_mail(session: AsyncSession, mail_id: int) -> None:
    """Forget a message."""
    await session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))


async def give_up_old_mail(session: AsyncSession) -> list[int]:
    """Forget what could not be sent for a day; answers the ids."""
    is_old = OutgoingMail.created_at < func.now() - GIVE_UP_AFTER
    # What was never tried is not given up: the worker may have stood still as long.
    statement = delete(OutgoingMail).where(is_old, OutgoingMail.attempts > 0)
    return list(await session.scalars(statement.returning(OutgoingMail.id)))

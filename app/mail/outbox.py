"""Messages that wait to be sent, as rows: what is committed with them is what they tell of."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.vocabulary import MailKind
from app.models import OutgoingMail

SEND_MAIL = "send_mail"
"""The job that sends one message by its id."""


async def queue_mail(
    session: AsyncSession, kind: MailKind, address: str, *, about_id: int | None = None
) -> int:
    """Have a message sent once the transaction is committed; answers its id."""
    row = OutgoingMail(kind=kind.value, address=address, about_id=about_id)
    session.add(row)
    await session.flush()
    return row.id

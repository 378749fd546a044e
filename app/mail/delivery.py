"""Sending what waits: each message by one worker at a time, again and again until it is gone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.database import unscoped_transaction
from app.core.mail import Letter, Mailer, MailNotSentError
from app.core.vocabulary import MailKind
from app.mail import repository
from app.models import OutgoingMail

Writer = Callable[[AsyncSession, OutgoingMail], Awaitable[Letter | None]]
"""Writes the letter that a message stands for; None when there is nobody to write to."""

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """What sending needs of the process."""

    engine: AsyncEngine
    mailer: Mailer
    writers: Mapping[MailKind, Writer]

    async def send(self, mail_id: int) -> None:
        """Send a message if it is due; one that does not go out stays for another time."""
        async with unscoped_transaction(self.engine) as session:
            mail = await repository.claim_mail(session, mail_id)
            if mail is None:
                return
            letter = await self.writers[MailKind(mail.kind)](session, mail)
            if letter is None:
                await repository.remove_mail(session, mail_id)
                return
        log = logger.bind(mail_id=mail_id, kind=mail.kind, attempt=mail.attempts)
        try:
            await self.mailer.send(letter)
        except MailNotSentError as error:
            log.error("mail_not_sent", reason=str(error))
            return
        async with unscoped_transaction(self.engine) as session:
            await repository.remove_mail(session, mail_id)
        log.info("mail_sent")

    async def send_due(self) -> None:
        """Send whatever is due, and give up what could not be sent for a day."""
        async with unscoped_transaction(self.engine) as session:
            for mail_id in await repository.give_up_old_mail(session):
                logger.error("mail_given_up", mail_id=mail_id)
            mail_ids = await repository.list_due_mail_ids(session)
        for mail_id in mail_ids:
            await self.send(mail_id)

"""Messages that a request has to send, as a dependency of its route."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.queue import JobQueue
from app.core.vocabulary import MailKind
from app.mail.outbox import SEND_MAIL, queue_mail


class Outbox:
    """The messages of one request."""

    def __init__(self) -> None:
        self.mail_ids: list[int] = []

    async def queue(self, session: AsyncSession, kind: MailKind, address: str) -> None:
        """Have a message sent if the session's transaction is committed."""
        self.mail_ids.append(await queue_mail(session, kind, address))


async def get_outbox(request: Request) -> AsyncIterator[Outbox]:
    """What the request wants sent; the worker hears of it when all is committed."""
    outbox = Outbox()
    yield outbox
    jobs: JobQueue = request.app.state.jobs
    for mail_id in outbox.mail_ids:
        await jobs.hurry(SEND_MAIL, mail_id)


AfterCommit = Annotated[Outbox, Depends(get_outbox, scope="function")]
"""To be named before the session: what a route depends on first is left last."""

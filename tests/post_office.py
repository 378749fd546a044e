"""What becomes of the messages that a test has queued: the worker's own job sends them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.mail.jobs import send_mail
from tests.worker.making import worker_of

LINK = re.compile(r"^(\S+/account/password)#token=(\S+)$", re.MULTILINE)


@dataclass
class PostOffice:
    """Sends what waits for one address at a time; in development that is writing files."""

    context: dict[str, Any]
    folder: Path
    engine: AsyncEngine
    seen: set[Path] = field(default_factory=set)

    async def waiting(self, address: str) -> list[int]:
        """The messages that wait for an address, in the order in which they came."""
        statement = text(
            "SELECT id FROM app.outgoing_mails WHERE lower(address) = lower(:address) ORDER BY id"
        )
        async with self.engine.connect() as connection:
            return list((await connection.execute(statement, {"address": address})).scalars())

    async def deliver(self, address: str) -> list[EmailMessage]:
        """Send what waits for an address; answers what has gone out."""
        for mail_id in await self.waiting(address):
            await send_mail(self.context, mail_id)
        new = sorted(set((self.folder / "mail").glob("*.eml")) - self.seen)
        self.seen.update(new)
        return [message_of(path) for path in new]

    async def token_for(self, address: str) -> str:
        """The token of the link in the one message that waits for an address."""
        (message,) = await self.deliver(address)
        return token_of(message)


def message_of(path: Path) -> EmailMessage:
    """The message in a file."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def token_of(message: EmailMessage) -> str:
    """The token of the link in a message."""
    (found,) = LINK.findall(message.get_content())
    token: str = found[1]
    return token


@asynccontextmanager
async def post_office(
    settings: Settings, engine: AsyncEngine, *, folder: Path, admin_engine: AsyncEngine
) -> AsyncIterator[PostOffice]:
    """Open one that writes its messages into a folder of its own."""
    worker = worker_of(settings.model_copy(update={"ims_state_dir": folder}), engine)
    yield PostOffice(worker.ctx, folder, admin_engine)

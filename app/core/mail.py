"""Sending e-mail: over SMTP, or in development without a server into files."""

import asyncio
import os
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from app.core.config import Settings, StartRefusedError
from app.core.connection_urls import is_remote
from app.core.tls import tls_context

FOLDER = "mail"
SECONDS_A_STEP = 10
SECONDS_IN_ALL = 45

_PORTS = {"smtp": 587, "smtps": 465}

logger = structlog.get_logger()


class MailNotSentError(Exception):
    """A message did not go out; why, without anybody's address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of plain text to one person."""

    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where e-mail is handed in, and how.

    Attributes:
        start_tls: Whether TLS is begun on the way: always, never, or (None) if it is offered.
    """

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None
    context: ssl.SSLContext

    @classmethod
    def of(cls, settings: Settings) -> "SmtpServer | None":
        """The server that the settings name, if they name one.

        Raises:
            StartRefusedError: Its address is none.
        """
        if settings.smtp_url is None:
            return None
        url = settings.smtp_url.get_secret_value()
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise StartRefusedError("SMTP_URL: must be smtp://host:port or smtps://host:port")
        use_tls = parts.scheme == "smtps"
        # A relay on this machine has no certificate that anybody could check.
        if_offered = None if is_remote(url) else False
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=use_tls,
            start_tls=not use_tls and (settings.demands_encryption("smtp", url) or if_offered),
            context=tls_context(settings),
        )

    def client(self, *, seconds: float) -> aiosmtplib.SMTP:
        """What talks to it while it is entered, each step bounded by some seconds."""
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.use_tls,
            start_tls=self.start_tls,
            tls_context=self.context,
            timeout=seconds,
        )


class Mailer:
    """Sends letters, in the name of this service."""

    def __init__(self, settings: Settings) -> None:
        self._server = SmtpServer.of(settings)
        self._sender = settings.mail_from
        self._folder = None if settings.is_production else settings.ims_state_dir / FOLDER

    async def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises:
            MailNotSentError: It was not taken over; worth another try later.
        """
        try:
            message = _message(letter, sender=self._sender)
            if self._server is not None:
                async with (
                    asyncio.timeout(SECONDS_IN_ALL),
                    self._server.client(seconds=SECONDS_A_STEP) as client,
                ):
                    await client.send_message(message)
            elif self._folder is not None:
                logger.info("mail_written", path=str(_write(message, self._folder)))
            else:
                raise MailNotSentError("SMTP_URL is not set")
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # What a server answers may quote the address.
            code = getattr(error, "code", None)
            raise MailNotSentError(
                " ".join(filter(None, (type(error).__name__, code and str(code))))
            ) from error


def _message(letter: Letter, *, sender: str) -> EmailMessage:
    message = EmailMessage()  # it refuses line breaks in headers
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = (
        "auto-generated"  # no answers of the kind "out of office" (RFC 3834)
    )
    # Not quoted-printable, which would break the link for who reads the file.
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else "8bit")
    return message


def _write(message: EmailMessage, folder: Path) -> Path:
    """Leave a message for the developer: it holds a link that is a secret."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message.as_bytes())
    return path

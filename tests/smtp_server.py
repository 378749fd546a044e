"""A small SMTP server on loopback (RFC 5321), with as much of the protocol as a client needs."""

import asyncio
import base64
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SPELLED_AS_REMOTE = "127.1"
"""This machine, for whoever looks it up, and another one for whoever only reads it."""


@dataclass
class Smtp:
    """What the server was told, and how it answers.

    Attributes:
        received: The messages, each with its recipients and whether it came encrypted.
        logins: User names and passwords that were shown.
        refusal: What it answers to every recipient instead of taking them.
        greeting_delay: How long it lets a client wait, in seconds.
    """

    port: int = 0
    context: ssl.SSLContext | None = None
    received: list[tuple[EmailMessage, list[str], bool]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    refusal: str | None = None
    greeting_delay: float = 0

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages alone."""
        return [message for message, _, _ in self.received]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        self.connections += 1
        try:
            await asyncio.sleep(self.greeting_delay)
            await _Conversation(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()


class _Conversation:
    def __init__(
        self, server: Smtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.recipients: list[str] = []

    @property
    def is_encrypted(self) -> bool:
        return self.writer.get_extra_info("sslcontext") is not None

    async def run(self) -> None:
        await self.say("220 test")
        while line := (await self.reader.readline()).decode():
            verb, _, rest = line.strip().partition(" ")
            if verb.upper() == "QUIT":
                await self.say("221 bye")
                return
            await getattr(self, f"on_{verb.lower()}", self.on_other)(rest)

    async def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    async def on_other(self, _: str) -> None:
        await self.say("250 well")

    async def on_ehlo(self, _: str) -> None:
        can_encrypt = self.server.context is not None and not self.is_encrypted
        offers = ["250-STARTTLS"] if can_encrypt else []
        await self.say("250-test", *offers, "250-AUTH PLAIN", "250 8BITMIME")

    async def on_starttls(self, _: str) -> None:
        assert self.server.context is not None
        await self.say("220 go on")
        await self.writer.start_tls(self.server.context)

    async def on_auth(self, rest: str) -> None:
        _, name, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.server.logins.append((name, password))
        await self.say("235 welcome")

    async def on_rcpt(self, rest: str) -> None:
        self.recipients.append(rest.partition("<")[2].partition(">")[0])
        await self.say(self.server.refusal or "250 well")

    async def on_data(self, _: str) -> None:
        await self.say("354 go on")
        content = await self.reader.readuntil(b"\r\n.\r\n")
        message = message_from_bytes(content[:-3], policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.received.append((message, self.recipients, self.is_encrypted))
        await self.say("250 taken")


@asynccontextmanager
async def smtp_server(
    *, context: ssl.SSLContext | None = None, implicit_tls: bool = False
) -> AsyncIterator[Smtp]:
    """Run one; with a context it offers STARTTLS, or speaks TLS from the first byte."""
    smtp = Smtp(context=None if implicit_tls else context)
    server = await asyncio.start_server(
        smtp.talk, "127.0.0.1", 0, ssl=context if implicit_tls else None
    )
    smtp.port = server.sockets[0].getsockname()[1]
    async with server:
        yield smtp


@dataclass(frozen=True)
class Certificate:
    """A server's certificate that vouches for itself, with its key."""

    path: Path

    @classmethod
    def make(cls, folder: Path, *, host: str = SPELLED_AS_REMOTE) -> "Certificate":
        """Make one for a host name, and for the loopback address."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = folder / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return cls(path)

    def for_server(self) -> ssl.SSLContext:
        """What a server that has it speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context

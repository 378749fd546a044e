"""What is said of the server that sends e-mail: asked for real, and never sent anything."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.doctor.finding import Verdict
from tests.doctor.conftest import Change, found, verdict
from tests.doctor.test_settings import FIT

PASSWORD = "kept-to-itself"
LOGIN = b64encode(f"\0ims\0{PASSWORD}".encode()).decode()


@dataclass
class SmtpServer:
    """As much of RFC 5321 as it takes to be greeted."""

    port: int = 0
    commands: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line.split()[0].upper())
            writer.write(self._answer(line).encode())
            await writer.drain()
        writer.close()

    def _answer(self, line: str) -> str:
        match line.split():
            case ["EHLO" | "ehlo", *_]:
                return "250-here\r\n250 AUTH PLAIN\r\n"
            case ["AUTH", _, login]:
                return "235 in\r\n" if login == LOGIN else f"535 not {login}\r\n"
        return "221 bye\r\n"


StartServer = Callable[..., Awaitable[SmtpServer]]


@pytest.fixture
async def start_server() -> AsyncIterator[StartServer]:
    """Start one, encrypted by a certificate or not at all."""
    async with AsyncExitStack() as stack:

        async def start(certificate: Path | None = None) -> SmtpServer:
            one, context = SmtpServer(), None
            if certificate is not None:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(certificate)
            server = await asyncio.start_server(one.serve, "0.0.0.0", 0, ssl=context)  # noqa: S104
            stack.push_async_callback(server.wait_closed)
            stack.callback(server.close)
            one.port = server.sockets[0].getsockname()[1]
            return one

        yield start


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return path


async def test_a_server_that_lets_us_in_is_well_and_is_sent_nothing(
    changed: Change, start_server: StartServer
) -> None:
    server = await start_server()

    url = f"smtp://ims:{PASSWORD}@127.0.0.1:{server.port}"
    assert await verdict(changed(smtp_url=url), "mail") is Verdict.OK

    assert {"EHLO", "AUTH", "QUIT"} <= set(server.commands)
    assert not {"MAIL", "RCPT", "DATA"} & set(server.commands)


async def test_a_wrong_password_is_wrong_and_not_told(
    changed: Change, start_server: StartServer
) -> None:
    server = await start_server()

    url = f"smtp://ims:{PASSWORD}-no@127.0.0.1:{server.port}"
    finding = await found(changed(smtp_url=url), "mail")

    assert finding.verdict is Verdict.WRONG
    assert finding.seen == "cannot be looked at: SMTPAuthenticationError"


async def test_a_certificate_counts_when_its_authority_is_known(
    changed: Change, start_server: StartServer, certificate: Path
) -> None:
    server = await start_server(certificate)
    url = f"smtps://127.0.0.1:{server.port}"

    known = changed(smtp_url=url, tls_ca_file=certificate)
    unknown = changed(smtp_url=url)

    assert (await found(known, "mail")).seen == "127.0.0.1 lets us in, encrypted"
    assert await verdict(unknown, "mail") is Verdict.WRONG


async def test_another_machine_that_is_not_asked_by_tls_is_told(
    changed: Change, start_server: StartServer
) -> None:
    url = f"smtp://0.0.0.0:{(await start_server()).port}"  # which is no loopback address

    assert await verdict(changed(smtp_url=url), "mail") is Verdict.WARNING
    allowed = changed(smtp_url=url, unencrypted_services="smtp")
    assert await verdict(allowed, "mail") is Verdict.OK


async def test_a_server_that_is_away_is_wrong(changed: Change) -> None:
    finding = await found(changed(smtp_url="smtp://127.0.0.1:1"), "mail")

    assert finding.verdict is Verdict.WRONG
    assert "SMTP_URL" in str(finding.advice)


async def test_production_without_a_server_is_warned(changed: Change) -> None:
    assert await verdict(changed(), "mail") is Verdict.OK
    assert await verdict(changed(**FIT), "mail") is Verdict.WARNING

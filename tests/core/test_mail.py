"""E-mail over real connections, and into files."""

import stat
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.config import Settings, StartRefusedError
from app.core.mail import Letter, Mailer, MailNotSentError
from tests.smtp_server import SPELLED_AS_REMOTE, Certificate, smtp_server

TEXT = f"Open this:\n\nhttps://ims.example.org/account/password#token={'x' * 100}\n"
LETTER = Letter("ann@example.org", "Set a new password", TEXT)


def sending(url: str | None = None, **over: Any) -> Mailer:
    smtp_url = None if url is None else SecretStr(url)
    settings = {"smtp_url": smtp_url, "mail_from": "IMS <ims@example.org>"} | over
    return Mailer(Settings().model_copy(update=settings))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with smtp_server() as smtp:
        await sending(f"smtp://127.0.0.1:{smtp.port}").send(LETTER)

    ((message, recipients, _),) = smtp.received
    assert recipients == ["ann@example.org"]
    assert (message["To"], message["From"]) == ("ann@example.org", "IMS <ims@example.org>")
    assert message["Subject"] == "Set a new password"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == TEXT
    assert "Content-Transfer-Encoding: 7bit" in str(message)


async def test_its_headers_say_when_from_where_and_that_nobody_need_answer() -> None:
    async with smtp_server() as smtp:
        mailer = sending(f"smtp://127.0.0.1:{smtp.port}")
        await mailer.send(LETTER)
        await mailer.send(LETTER)

    first, second = smtp.messages
    assert parsedate_to_datetime(first["Date"]).tzinfo is not None
    assert first["Message-ID"].endswith("@example.org>")
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("address", ["a@example.org\r\nBcc: b@example.org", "a@b.org\nX: y", "\r"])
async def test_a_line_break_in_an_address_adds_no_header(address: str) -> None:
    async with smtp_server() as smtp:
        with pytest.raises(MailNotSentError):
            await sending(f"smtp://127.0.0.1:{smtp.port}").send(Letter(address, "x", "y"))

    assert smtp.received == []


async def test_a_line_that_ends_messages_does_not_end_one() -> None:
    async with smtp_server() as smtp:
        letter = Letter("ann@example.org", "x", "before\n.\nafter\n")
        await sending(f"smtp://127.0.0.1:{smtp.port}").send(letter)

    assert "after" in smtp.messages[0].get_content()


async def test_the_name_and_password_of_the_address_are_shown() -> None:
    async with smtp_server() as smtp:
        await sending(f"smtp://ims:p%40ss%2Fword@127.0.0.1:{smtp.port}").send(LETTER)

    assert smtp.logins == [("ims", "p@ss/word")]


async def test_a_remote_server_is_spoken_to_encrypted(certificate: Certificate) -> None:
    async with smtp_server(context=certificate.for_server()) as smtp:
        mailer = sending(
            f"smtp://ims:secret@{SPELLED_AS_REMOTE}:{smtp.port}",
            environment="production",
            tls_ca_file=certificate.path,
        )
        await mailer.send(LETTER)

    assert [encrypted for _, _, encrypted in smtp.received] == [True]


async def test_smtps_is_encrypted_from_the_first_byte(certificate: Certificate) -> None:
    async with smtp_server(context=certificate.for_server(), implicit_tls=True) as smtp:
        await sending(f"smtps://127.0.0.1:{smtp.port}", tls_ca_file=certificate.path).send(LETTER)

    assert [encrypted for _, _, encrypted in smtp.received] == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate: Certificate, scheme: str
) -> None:
    implicit = scheme == "smtps"
    async with smtp_server(context=certificate.for_server(), implicit_tls=implicit) as smtp:
        url = f"{scheme}://ims:secret@{SPELLED_AS_REMOTE}:{smtp.port}"
        with pytest.raises(MailNotSentError):
            await sending(url, environment="production").send(LETTER)

    assert (smtp.received, smtp.logins) == ([], [])


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    other = Certificate.make(tmp_path, host="mail.example.org")
    async with smtp_server(context=other.for_server()) as smtp:
        url = f"smtp://ims:secret@{SPELLED_AS_REMOTE}:{smtp.port}"
        with pytest.raises(MailNotSentError):
            await sending(url, environment="production", tls_ca_file=other.path).send(LETTER)

    assert (smtp.received, smtp.logins) == ([], [])


async def test_a_remote_server_without_tls_gets_nothing_in_production() -> None:
    async with smtp_server() as smtp:
        url = f"smtp://ims:secret@{SPELLED_AS_REMOTE}:{smtp.port}"
        with pytest.raises(MailNotSentError):
            await sending(url, environment="production").send(LETTER)
        assert (smtp.received, smtp.logins) == ([], [])

        exempt = sending(url, environment="production", unencrypted_services=("smtp",))
        await exempt.send(LETTER)
        await sending(url).send(LETTER)

    assert len(smtp.received) == 2


async def test_a_relay_on_this_machine_is_spoken_to_as_it_is(certificate: Certificate) -> None:
    async with smtp_server(context=certificate.for_server()) as smtp:
        await sending(f"smtp://127.0.0.1:{smtp.port}", environment="production").send(LETTER)

    assert [encrypted for _, _, encrypted in smtp.received] == [False]


async def test_a_refusal_is_told_without_the_address() -> None:
    async with smtp_server() as smtp:
        smtp.refusal = "550 <ann@example.org> is unknown here"
        with pytest.raises(MailNotSentError) as caught:
            await sending(f"smtp://127.0.0.1:{smtp.port}").send(LETTER)

    assert "ann" not in str(caught.value)


async def test_a_server_that_is_not_there_is_a_message_not_sent() -> None:
    async with smtp_server() as smtp:
        pass
    with pytest.raises(MailNotSentError):
        await sending(f"smtp://127.0.0.1:{smtp.port}").send(LETTER)


async def test_production_sends_nothing_without_a_server(tmp_path: Path) -> None:
    mailer = sending(environment="production", ims_state_dir=tmp_path)
    with pytest.raises(MailNotSentError, match="SMTP_URL is not set"):
        await mailer.send(LETTER)

    assert not (tmp_path / "mail").exists()


async def test_development_writes_a_message_for_its_owner_only(tmp_path: Path) -> None:
    await sending(ims_state_dir=tmp_path / "state").send(LETTER)

    (path,) = (tmp_path / "state" / "mail").glob("*.eml")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == "ann@example.org"
    assert TEXT in path.read_text()  # the link is in one piece


@pytest.mark.parametrize("url", ["http://mail.example.org", "mail.example.org:587", "smtp://"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(StartRefusedError, match="SMTP_URL"):
        sending(url)


async def test_a_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.core.mail.SECONDS_A_STEP", 0.1)
    async with smtp_server() as smtp:
        smtp.greeting_delay = 1
        with pytest.raises(MailNotSentError):
            await sending(f"smtp://127.0.0.1:{smtp.port}").send(LETTER)

"""Messages are rows: each goes out once, is tried again when it fails, and is given up one day."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from arq import Worker
from pydantic import SecretStr
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import MailKind
from app.mail.jobs import send_due_mail, send_mail
from app.mail.outbox import queue_mail
from tests.conftest import MakeMigrated
from tests.own_app import OwnApp, own_app
from tests.smtp_server import Smtp, smtp_server
from tests.worker.making import worker_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Office:
    """A database with only a test's messages in it, and the server that they go to."""

    own: OwnApp
    smtp: Smtp
    settings: Settings

    @property
    def engine(self) -> AsyncEngine:
        """The application's engine."""
        engine: AsyncEngine = self.own.api.state.engine
        return engine

    def worker(self) -> Worker:
        """A worker, as there may be several; it stops when nothing is left to do."""
        worker = worker_of(self.settings, self.engine)
        worker.burst, worker.poll_delay_s = True, 0.05
        return worker

    @property
    def context(self) -> dict[str, Any]:
        """What the jobs of a worker are given."""
        return self.worker().ctx

    async def queue(self, kind: MailKind = MailKind.INVITATION) -> int:
        """A message to somebody who is there."""
        user = await self.own.make.user()
        async with unscoped_transaction(self.engine) as session:
            return await queue_mail(session, kind, user.email)

    async def left(self) -> dict[int, tuple[int, timedelta]]:
        """What still waits: how often it was tried, and in how long it will be again."""
        statement = text("SELECT id, attempts, next_attempt_at - now() FROM app.outgoing_mails")
        async with self.engine.connect() as connection:
            return {row[0]: (row[1], row[2]) for row in await connection.execute(statement)}

    async def let_pass(self, time: timedelta) -> None:
        """Have all that is in the rows be longer ago."""
        statement = text(
            "UPDATE app.outgoing_mails SET created_at = created_at - CAST(:time AS interval),"
            " next_attempt_at = next_attempt_at - CAST(:time AS interval)"
        )
        async with self.engine.begin() as connection:
            await connection.execute(statement, {"time": time})


@pytest.fixture
async def office(
    make_migrated: MakeMigrated, settings: Settings, admin_engine: AsyncEngine
) -> AsyncIterator[Office]:
    async with smtp_server() as smtp, own_app(make_migrated, settings) as own:
        smtp_url = SecretStr(f"smtp://127.0.0.1:{smtp.port}")
        office = Office(own, smtp, settings.model_copy(update={"smtp_url": smtp_url}))
        await begin_ids_anywhere(admin_engine.url.set(database=office.engine.url.database))
        yield office


async def begin_ids_anywhere(url: URL) -> None:
    """Redis has heard of the first ids already, from other tests' databases."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('app.outgoing_mails', 'id'),"
                " floor(random() * 1e15)::bigint + 1000000)"
            )
        )
    await engine.dispose()


async def test_what_is_sent_is_forgotten(office: Office) -> None:
    mail_id = await office.queue()

    await send_mail(office.context, mail_id)
    await send_mail(office.context, mail_id)

    assert len(office.smtp.messages) == 1
    assert await office.left() == {}


async def test_of_many_workers_at_once_one_sends(office: Office) -> None:
    mail_id = await office.queue()

    jobs = [send_mail(office.context, mail_id) for _ in range(4)]
    jobs += [send_due_mail(office.context) for _ in range(4)]
    await asyncio.gather(*jobs)

    assert len(office.smtp.messages) == 1
    assert await office.left() == {}


async def test_what_fails_is_tried_again_less_and_less_often(office: Office) -> None:
    mail_id = await office.queue()
    office.smtp.refusal = "451 later"
    waits = []

    for _ in range(10):
        await send_due_mail(office.context)
        _, wait = (await office.left())[mail_id]
        waits.append(round(wait / MINUTE))
        await send_due_mail(office.context)  # not due: this does nothing
        await office.let_pass(wait)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert office.smtp.connections == 10
    office.smtp.refusal = None
    await send_due_mail(office.context)
    assert len(office.smtp.messages) == 1
    assert await office.left() == {}


async def test_what_fails_for_a_day_is_given_up(office: Office) -> None:
    await office.queue()
    office.smtp.refusal = "550 never"
    await send_due_mail(office.context)

    await office.let_pass(timedelta(hours=23))
    await send_due_mail(office.context)
    assert len(await office.left()) == 1
    await office.let_pass(timedelta(hours=1))
    await send_due_mail(office.context)

    assert await office.left() == {}


async def test_what_waited_for_a_worker_that_stood_still_is_sent(office: Office) -> None:
    await office.queue()
    await office.let_pass(timedelta(days=3))

    await send_due_mail(office.context)

    assert len(office.smtp.messages) == 1


async def test_one_that_fails_does_not_keep_the_others(office: Office) -> None:
    await office.queue()
    async with unscoped_transaction(office.engine) as session:
        await queue_mail(session, MailKind.INVITATION, "nobody@example.org")
    await office.queue(MailKind.PASSWORD_RESET)

    await send_due_mail(office.context)

    assert len(office.smtp.messages) == 2
    assert await office.left() == {}


async def test_a_letter_that_is_tried_again_has_a_new_link_and_counts_once(office: Office) -> None:
    user = await office.own.make.user()
    async with unscoped_transaction(office.engine) as session:
        mail_id = await queue_mail(session, MailKind.PASSWORD_RESET, user.email)
    office.smtp.refusal = "451 later"
    for _ in range(4):
        await send_mail(office.context, mail_id)
        await office.let_pass(timedelta(hours=1))
    office.smtp.refusal = None

    await send_mail(office.context, mail_id)

    assert len(office.smtp.messages) == 1
    async with office.engine.connect() as connection:
        live = await connection.scalar(
            text("SELECT count(*) FROM app.password_links WHERE expires_at > now()")
        )
    assert live == 1


async def test_production_without_a_server_keeps_the_letters(office: Office) -> None:
    mail_id = await office.queue()
    update = {"environment": "production", "smtp_url": None, "public_url": "https://ims.example"}
    worker = worker_of(office.settings.model_copy(update=update), office.engine)

    await send_mail(worker.ctx, mail_id)

    assert (await office.left())[mail_id][0] == 1


async def test_the_worker_hears_of_a_message_by_its_id(office: Office) -> None:
    user = await office.own.make.user()
    await office.own.client().post("/auth/password/reset", json={"email": user.email})
    worker = office.worker()
    worker.cron_jobs.clear()

    try:
        await worker.main()
    finally:
        await worker.close()
        for number in (signal.SIGINT, signal.SIGTERM):  # arq takes them
            asyncio.get_running_loop().remove_signal_handler(number)

    assert [message["To"] for message in office.smtp.messages] == [user.email]
    assert await office.left() == {}

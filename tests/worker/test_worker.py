"""The worker: real jobs through a real queue."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from arq import Worker, create_pool
from arq.connections import ArqRedis, RedisSettings
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.identity.logins.jobs import remove_expired_logins
from app.identity.logins.repository import create_login
from app.models import Login
from tests.conftest import MakeMigrated
from tests.factories import DEVICE, new_login, unique
from tests.own_app import OwnApp, own_app
from tests.worker.making import worker_of


@pytest.fixture(scope="module")
async def own(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    """What runs by the clock goes from site to site, so there must not be too many."""
    async with own_app(make_migrated, settings) as started:
        yield started


@pytest.fixture
async def worker(own: OwnApp) -> AsyncIterator[Worker]:
    """A worker that stops when nothing is left to do, with a queue of its own."""
    worker = worker_of(own.api.state.settings, own.api.state.engine)
    worker.burst, worker.queue_name, worker.poll_delay_s = True, unique("queue"), 0.05
    yield worker
    await worker.close()
    for number in (signal.SIGINT, signal.SIGTERM):  # arq takes them, the next tests need them
        asyncio.get_running_loop().remove_signal_handler(number)


@pytest.fixture
async def queue(settings: Settings, worker: Worker) -> AsyncIterator[ArqRedis]:
    """The queue, as somebody writes to it who is not us: with arq's own serializer."""
    address = RedisSettings.from_dsn(settings.required_redis_url)
    pool = await create_pool(address, default_queue_name=worker.queue_name)
    yield pool
    await pool.aclose()


async def log_in_until(engine: AsyncEngine, user_id: int, expires_at: datetime) -> UUID:
    login = new_login(expires_at)
    async with unscoped_transaction(engine) as session:
        await create_login(session, user_id, login, DEVICE)
    return login.id


async def test_logins_that_are_over_by_time_are_removed_by_the_clock(
    worker: Worker, own: OwnApp
) -> None:
    engine: AsyncEngine = own.api.state.engine
    user, now = await own.make.user(), datetime.now(UTC)
    over = await log_in_until(engine, user.id, now - timedelta(seconds=1))
    lasting = await log_in_until(engine, user.id, now + timedelta(hours=1))
    for job in worker.cron_jobs:
        job.next_run = now

    await worker.main()

    assert worker.jobs_failed == 0
    assert worker.jobs_complete >= len(worker.cron_jobs) > 0
    async with unscoped_transaction(engine) as session:
        kept = set(await session.scalars(select(Login.id).filter_by(user_id=user.id)))
    assert lasting in kept
    assert over not in kept


async def test_they_are_removed_every_hour(worker: Worker) -> None:
    job = next(job for job in worker.cron_jobs if job.coroutine is remove_expired_logins)
    at_noon = datetime(2026, 6, 12, 12, tzinfo=UTC)

    job.calculate_next(at_noon)
    first = job.next_run
    assert first is not None
    job.calculate_next(first + timedelta(seconds=1))

    assert job.next_run is not None
    assert job.next_run.replace(microsecond=0) - first.replace(microsecond=0) == timedelta(hours=1)


class Payload:
    """Something whose reading by pickle would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


async def test_writing_to_redis_is_not_running_code(
    worker: Worker, queue: ArqRedis, tmp_path: Path
) -> None:
    trap = tmp_path / "was-here"
    assert await queue.enqueue_job(worker.cron_jobs[0].name, Payload(trap)) is not None

    await worker.main()

    assert worker.jobs_complete == 0
    assert worker.jobs_failed == 1
    assert not trap.exists()

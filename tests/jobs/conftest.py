"""A database in which there are no other jobs, and desks that work on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import JobKind
from app.jobs.attempt import Attempt
from app.jobs.creating import NewJob, create_job
from app.jobs.desk import Desk
from app.models import Job, Site, User
from app.worker import create_desk, create_reads
from tests.conftest import MakeMigrated
from tests.factories import Make
from tests.own_app import OwnApp, own_app

KIND = JobKind.IMPORT_CHECK
"""The kind of all jobs here; it could be any."""

Handler = Callable[[Attempt], Awaitable[None]]


async def finish(attempt: Attempt) -> None:
    """A job that has nothing to do."""
    async with unscoped_transaction(attempt.place.engine) as session:
        await attempt.finish(session)


async def never_finish(attempt: Attempt) -> None:
    """A job that would go on for ever."""
    while True:
        await asyncio.sleep(0.01)
        await attempt.done(1)


@dataclass
class Shop:
    """Where jobs are asked for and done, step by step."""

    own: OwnApp
    settings: Settings
    desks: list[Desk] = field(default_factory=list)

    @property
    def engine(self) -> AsyncEngine:
        """The application's engine."""
        engine: AsyncEngine = self.own.api.state.engine
        return engine

    @property
    def make(self) -> Make:
        """Makes people and sites."""
        return self.own.make

    async def ask(self, owner: User, *sites: Site, **over: Any) -> int:
        """A job that somebody asks for; answers its id."""
        new: dict[str, Any] = {"parameters": {}, "site_ids": [site.id for site in sites]}
        async with unscoped_transaction(self.engine) as session:
            row = await create_job(session, NewJob(owner_id=owner.id, kind=KIND, **new | over))
        return row.id

    def desk(self, handler: Handler = finish, **settings: Any) -> Desk:
        """A worker's desk; settings by name."""
        changed = self.settings.model_copy(update=settings)
        return Desk(create_desk(changed, self.engine, create_reads(changed)).place, {KIND: handler})

    async def read(self, job_id: int) -> Job:
        """A job as it is stored."""
        async with unscoped_transaction(self.engine) as session:
            return (await session.scalars(select(Job).where(Job.id == job_id))).one()

    async def silence(self) -> None:
        """Let it be a while since any worker gave a sign of life."""
        await self._run("UPDATE app.jobs SET heartbeat_at = now() - interval '1 hour'")

    async def age(self, *, seconds: int) -> None:
        """Let all jobs have been asked for so long ago."""
        async with unscoped_transaction(self.engine) as session:
            statement = text("UPDATE app.jobs SET due_at = due_at - :age * interval '1 second'")
            await session.execute(statement, {"age": seconds})

    async def hasten(self) -> None:
        """Let whatever waits be due."""
        await self._run("UPDATE app.jobs SET due_at = now()")

    async def kill(self, working: "asyncio.Task[None]") -> None:
        """Let a worker die in the middle of its job, without a word."""
        await self._run("UPDATE app.jobs SET attempt = attempt + 1 WHERE status = 'running'")
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await self._run("UPDATE app.jobs SET attempt = attempt - 1 WHERE status = 'running'")

    async def empty(self) -> None:
        """Take all jobs away."""
        await self._run("DELETE FROM app.jobs")

    async def _run(self, statement: str) -> None:
        async with unscoped_transaction(self.engine) as session:
            await session.execute(text(statement))


@pytest.fixture(scope="module")
async def own(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    async with own_app(make_migrated, settings) as app:
        yield app


@pytest.fixture
async def shop(own: OwnApp, settings: Settings) -> AsyncIterator[Shop]:
    shop = Shop(own, settings)
    await shop.empty()
    yield shop
    await shop.empty()

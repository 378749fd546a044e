"""The desk at which a worker process does its jobs: a few at once, one after the other."""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import unscoped_transaction
from app.core.errors import AppError
from app.core.vocabulary import JobKind
from app.jobs.attempt import Place
from app.jobs.claiming import Limits, claim_next_job
from app.jobs.running import Handlers, run_job
from app.models import Job

SECONDS_BETWEEN_LOOKS = 10.0
"""How often it is looked for jobs that nobody told of: those that Redis lost, those whose worker
died, those that had to wait."""

logger = structlog.get_logger()


class Desk:
    """Does the jobs that are due until it is stopped, with Redis or without."""

    def __init__(self, place: Place, handlers: Handlers) -> None:
        settings = place.settings
        self._place = place
        self._handlers = handlers
        self._slots = settings.job_slots
        self._limits = Limits(
            of_owner=settings.job_limit_user,
            of_site=settings.job_limit_site,
            seconds=settings.job_timeout,
        )
        self._bell = asyncio.Event()

    @property
    def place(self) -> Place:
        """What its jobs need."""
        return self._place

    def ring(self) -> None:
        """Say that a job has come."""
        self._bell.set()

    async def work(self) -> None:
        """Work until it is cancelled; what is being done then is handed back."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._slots):
                group.create_task(self._work())

    async def work_off(self) -> None:
        """Do what is due now, one after the other."""
        while (job := await self._claim()) is not None:
            await self._run(job)

    async def _work(self) -> None:
        while True:
            self._bell.clear()
            job = await self._claim()
            if job is None:
                # Not wait_for: of Python 3.11 that may keep a cancellation to itself.
                with suppress(TimeoutError):
                    async with asyncio.timeout(SECONDS_BETWEEN_LOOKS):
                        await self._bell.wait()
            else:
                await self._run(job)

    async def _claim(self) -> Job | None:
        try:
            async with unscoped_transaction(self._place.engine) as session:
                return await claim_next_job(session, self._limits, kinds=self._handlers)
        except (AppError, SQLAlchemyError, OSError) as error:
            logger.warning("no_job_claimed", error=type(error).__name__)
            return None

    async def _run(self, job: Job) -> None:
        await run_job(job, self._place, self._handlers[JobKind(job.kind)])
        self.ring()  # who waited for a limit may have a turn now

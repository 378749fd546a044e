"""One attempt at a job: what it may see, how far it is, and how it ends."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.auth.caller import Caller
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.direct_pool import DirectPool
from app.core.storage import Storage
from app.core.vocabulary import JobStatus
from app.jobs import repository
from app.models import Job
from app.tenancy.scope import SiteScope

LARGE = 100_000
"""With more rows than this a job gets more time."""

SECONDS_BETWEEN_NOTES = 1.0
"""How often progress is written down, however often it is told."""


class JobOverError(Exception):
    """The job was cancelled, or another attempt has begun: whatever this one does is in vain."""


class JobFailedError(Exception):
    """The job cannot be done, and will not be tried again.

    Attributes:
        code: Why, as a name that stays.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """What jobs need of the process that they run in."""

    engine: AsyncEngine
    reads: DirectPool
    storage: Storage
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file that a job has made, which lies in the storage already."""

    key: str
    name: str
    media_type: str
    size: int
    kept_for: timedelta


class Attempt:
    """One attempt at a job.

    Attributes:
        job: The job as it was when the attempt began.
        place: Where it runs.
        caller: Its owner, as they are by now.
        scope: The sites that it may be about, with the role of its owner at each.
        clock: When its time is over.
    """

    def __init__(
        self, job: Job, place: Place, caller: Caller, *, scope: SiteScope, clock: asyncio.Timeout
    ) -> None:
        self.job = job
        self.place = place
        self.caller = caller
        self.scope = scope
        self.clock = clock
        self.is_over = False
        self._rows = 0
        self._noted_at = time.monotonic()

    async def expect(self, rows: int) -> None:
        """Say how many rows there will be; with many of them there is more time.

        Raises:
            JobOverError: Nobody waits for them any more.
        """
        seconds = self.place.settings.job_timeout
        if rows > LARGE:
            seconds = max(seconds, self.place.settings.job_timeout_large)
            began_at = (self.clock.when() or 0) - (self.job.timeout_seconds or 0)
            self.clock.reschedule(began_at + seconds)
        await self._note(rows_total=rows, timeout_seconds=seconds)

    async def done(self, rows: int) -> None:
        """Say how many rows are done by now; it is written down once a second at most.

        Raises:
            JobOverError: Nobody waits for the rest any more.
        """
        self._rows = rows
        if time.monotonic() - self._noted_at >= SECONDS_BETWEEN_NOTES:
            await self.beat()

    async def beat(self) -> None:
        """Give a sign of life.

        Raises:
            JobOverError: Nobody waits for it any more.
        """
        await self._note(rows_done=self._rows)

    async def finish(
        self,
        session: AsyncSession,
        *,
        file: ResultFile | None = None,
        site_ids: list[int] | None = None,
        result: dict[str, object] | None = None,
    ) -> None:
        """End the job, in the transaction of its result: either both are there, or none.

        Args:
            session: Where else its result is written.
            file: What it has made.
            site_ids: The sites that the result is about, if not all those that the job may be.
            result: What there is to tell of it: numbers and words, no texts of anybody's.

        Raises:
            JobOverError: It is not for this attempt to say: the transaction has to be left.
        """
        values: dict[str, object] = {
            "status": JobStatus.SUCCEEDED.value,
            "finished_at": func.clock_timestamp(),
            "rows_done": self._rows,
        }
        if site_ids is not None:
            values["site_ids"] = site_ids
        if result is not None:
            values["result"] = result
        if file is not None:
            values |= {
                "file_key": file.key,
                "file_name": file.name,
                "media_type": file.media_type,
                "file_size": file.size,
                "expires_at": func.now() + file.kept_for,
            }
        if not await repository.update_attempt(session, self.job.id, self.job.attempt, values):
            raise JobOverError

    async def _note(self, **values: object) -> None:
        self._noted_at = time.monotonic()
        async with unscoped_transaction(self.place.engine) as session:
            is_current = await repository.update_attempt(
                session, self.job.id, self.job.attempt, values | {"heartbeat_at": func.now()}
            )
        if not is_current:
            self.is_over = True
            raise JobOverError

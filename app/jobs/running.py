"""Running one job: with its owner's access as it is now, within its time, and to an end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TypeAlias

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.api_keys import is_good_key
from app.auth.caller import Caller, read_caller
from app.core.database import unscoped_transaction
from app.core.database_errors import database_answer
from app.core.errors import AppError, Unavailable
from app.core.log_context import log_context
from app.core.vocabulary import JobError, JobKind, Role
from app.jobs import repository
from app.jobs.attempt import Attempt, JobFailedError, JobOverError, Place
from app.models import Job
from app.tenancy.scope import SiteScope

SECONDS_BETWEEN_BEATS = 10.0

Handler: TypeAlias = Callable[[Attempt], Awaitable[None]]
"""Does what jobs of one kind are for, and ends with `Attempt.finish`."""

Handlers: TypeAlias = Mapping[JobKind, Handler]

logger = structlog.get_logger()


async def run_job(job: Job, place: Place, handler: Handler) -> None:
    """Attempt a job that was claimed. Whatever happens, the row says afterwards what became of it.

    Raises:
        CancelledError: The worker stops; the job was handed back.
    """
    with log_context(
        {
            "request_id": job.request_id,
            "job_id": job.id,
            "kind": job.kind,
            "attempt": job.attempt,
        }
    ):
        logger.info("job_started")
        try:
            await _attempt(job, place, handler)
            logger.info("job_succeeded")
        except JobOverError:
            logger.info("job_left")
        except JobFailedError as error:
            await _fail(job, place, error.code)
        except asyncio.CancelledError:
            await _write(place, lambda session: repository.hand_back(session, job.id, job.attempt))
            logger.info("job_handed_back")
            raise
        except Exception as error:
            await _after_an_error(job, place, error)


async def _after_an_error(job: Job, place: Place, error: Exception) -> None:
    """Try again what others are to blame for; all else would go wrong again."""
    answer = error if isinstance(error, AppError) else database_answer(error)
    if isinstance(answer, Unavailable) or isinstance(error, OSError):
        logger.warning("job_set_back", error=type(error).__name__)
        await _write(place, lambda session: repository.set_back(session, job))
    elif isinstance(error, AppError):
        await _fail(job, place, error.code)
    else:
        logger.error("job_broke", exc_info=error)
        await _fail(job, place, JobError.SERVER_ERROR)


async def _attempt(job: Job, place: Place, handler: Handler) -> None:
    """Run the handler against the clock.

    Raises:
        JobFailedError: The owner may not, or not any more; or the time was over.
        JobOverError: The job was ended by somebody else.
    """
    caller = await read_caller(place.engine, job.owner_id, None)
    is_key_good = job.api_key_id is None or await is_good_key(place.engine, job.api_key_id)
    if caller is None or not is_key_good:
        raise JobFailedError(JobError.FORBIDDEN)
    scope = scope_of(job, caller)
    try:
        async with asyncio.timeout(job.timeout_seconds) as clock:
            attempt = Attempt(job, place, caller, scope=scope, clock=clock)
            async with _heart(attempt):
                await handler(attempt)
    except TimeoutError:
        if not clock.expired():
            raise
        if attempt.is_over:
            raise JobOverError from None
        raise JobFailedError(JobError.TIMEOUT) from None


def scope_of(job: Job, caller: Caller) -> SiteScope:
    """What the owner of a job may see now, of what it was asked for.

    Raises:
        JobFailedError: Nothing is left of it.
    """
    # It is about sites that are named, whoever asked for it.
    scope = replace(SiteScope.of(caller).within(job.site_ids), is_system_admin=False)
    if job.site_ids and not scope.roles:
        raise JobFailedError(JobError.FORBIDDEN)
    return scope if job.highest_role is None else scope.at_most(Role(job.highest_role))


@asynccontextmanager
async def _heart(attempt: Attempt) -> AsyncIterator[None]:
    """Give signs of life beside the work, and stop it when nobody waits for it any more."""
    beating = asyncio.create_task(_beat(attempt))
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat(attempt: Attempt) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_BEATS)
        try:
            await attempt.beat()
        except JobOverError:
            attempt.clock.reschedule(asyncio.get_running_loop().time())
            return
        except (AppError, SQLAlchemyError, OSError) as error:
            logger.warning("no_sign_of_life", error=type(error).__name__)


async def _fail(job: Job, place: Place, code: str) -> None:
    logger.warning("job_failed", code=code)
    await _write(
        place, lambda session: repository.fail_attempt(session, job.id, job.attempt, code=code)
    )


async def _write(place: Place, what: Callable[[AsyncSession], Awaitable[bool]]) -> None:
    """Write down how an attempt ended; if that cannot be, its silence says so."""
    try:
        async with unscoped_transaction(place.engine) as session:
            await what(session)
    except (AppError, SQLAlchemyError, OSError) as error:
        logger.warning("job_end_not_noted", error=type(error).__name__)

"""The worker process: background jobs and what runs by the clock."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress

import orjson
import structlog
from arq import Worker, cron
from arq.connections import RedisSettings
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import JOB_STATEMENT_SECONDS, create_engine
from app.core.logging import configure_logging
from app.core.query_log import log_queries
from app.identity.jobs import remove_expired_logins
from app.schema.guard import require_safe_role

POOL_SIZE = 5
SECONDS_BETWEEN_TRIES = 5

logger = structlog.get_logger()


def create_worker(settings: Settings, engine: AsyncEngine) -> Worker:
    """Put the worker together.

    Jobs are JSON: arq's default is pickle, with which writing to Redis would be running code here.
    """
    return Worker(
        cron_jobs=[cron(remove_expired_logins, minute=7)],  # type: ignore[arg-type]
        ctx={"engine": engine},
        redis_settings=RedisSettings.from_dsn(settings.required_redis_url),
        handle_signals=False,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
    )


async def run(settings: Settings) -> None:
    """Work until a signal comes; a Redis that goes away is waited for.

    Raises:
        UnsafeDatabaseError: The database would not keep the sites apart.
    """
    configure_logging(settings)
    engine = create_engine(
        make_url(settings.required_database_url),
        pool_size=POOL_SIZE,
        statement_seconds=JOB_STATEMENT_SECONDS,
    )
    log_queries(engine, slow_ms=settings.slow_query_ms, debug=settings.debug)
    try:
        await require_safe_role(engine)
        await _until_stopped(_work_on(settings, engine))
    finally:
        await engine.dispose()


async def _until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run until a signal comes, also while it only waits; arq's own handlers end with a worker."""
    task = asyncio.create_task(work)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _work_on(settings: Settings, engine: AsyncEngine) -> None:
    """Work, and begin anew whenever Redis comes back."""
    while True:
        worker = create_worker(settings, engine)
        try:
            await worker.async_run()
        except (RedisError, OSError) as error:
            logger.warning("redis_unavailable", error=type(error).__name__)
        finally:
            await _close(worker)
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


async def _close(worker: Worker) -> None:
    """Let the connections go; arq says goodbye to Redis first, which may not be there."""
    try:
        await worker.close()
    except (RedisError, OSError):
        await worker.pool.close(close_connection_pool=True)

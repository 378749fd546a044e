"""The worker process: background jobs and what runs by the clock."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress

import orjson
import structlog
from arq import Worker, cron, func
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit_events.jobs import remove_old_events
from app.core.config import Settings
from app.core.database import JOB_STATEMENT_SECONDS, create_app_engine
from app.core.direct_pool import DirectPool
from app.core.logging import configure_logging
from app.core.mail import Mailer
from app.core.query_log import log_queries
from app.core.redis import queue_settings
from app.core.storage import create_storage
from app.core.vocabulary import JobKind, MailKind
from app.idempotency.jobs import remove_old_answers
from app.identity.logins.jobs import remove_expired_logins
from app.identity.passwords.jobs import remove_old_links
from app.identity.passwords.letters import PasswordLetters, service_url
from app.imports.jobs import check_import, commit_import, remove_import_files
from app.interactions.jobs import fold_counts
from app.jobs.attempt import Place
from app.jobs.desk import Desk
from app.jobs.jobs import remove_strays, start_job, sweep_jobs
from app.jobs.running import Handlers
from app.mail.delivery import MailDelivery
from app.mail.jobs import send_due_mail, send_mail
from app.operations.jobs import undo_operation
from app.privacy.jobs import erase_person, export_person
from app.reports.jobs import make_report
from app.reports.letters import ReportLetters
from app.reports.schedules.jobs import ask_for_due_reports
from app.retention.jobs import apply_retention
from app.schema.guard import require_safe_role

POOL_SIZE = 5
SECONDS_BETWEEN_TRIES = 5
RETENTION_SECONDS = 3600
SECONDS_BETWEEN_SIGNS_OF_LIFE = 30

logger = structlog.get_logger()


HANDLERS: Handlers = {
    JobKind.INTERACTION_EXPORT: make_report,
    JobKind.ACTIVITY_SUMMARY: make_report,
    JobKind.PRIVACY_EXPORT: export_person,
    JobKind.PRIVACY_ERASURE: erase_person,
    JobKind.IMPORT_CHECK: check_import,
    JobKind.IMPORT_COMMIT: commit_import,
    JobKind.IMPORT_UNDO: undo_operation,
}
"""What does the jobs of each kind."""


def create_desk(settings: Settings, engine: AsyncEngine, reads: DirectPool) -> Desk:
    """Put together what does background jobs."""
    return Desk(Place(engine, reads, create_storage(settings), settings), HANDLERS)


def create_reads(settings: Settings) -> DirectPool:
    """Connections for what jobs read: one for each that is done at once, for as long as it may."""
    seconds = max(settings.job_timeout, settings.job_timeout_large)
    return DirectPool(settings, size=settings.job_slots, statement_seconds=seconds)


def create_worker(settings: Settings, engine: AsyncEngine, desk: Desk) -> Worker:
    """Put together what listens to Redis.

    Jobs are JSON: arq's default is pickle, with which writing to Redis would be running code here.
    """
    return Worker(
        functions=[send_mail, func(start_job, keep_result=0)],  # type: ignore[list-item,arg-type]
        cron_jobs=[
            cron(send_due_mail, second=0),  # type: ignore[arg-type]
            cron(fold_counts, second=30),  # type: ignore[arg-type]
            cron(sweep_jobs, second=15),  # type: ignore[arg-type]
            cron(ask_for_due_reports, second=1),  # type: ignore[arg-type]
            cron(remove_expired_logins, minute=7),  # type: ignore[arg-type]
            cron(remove_old_links, minute=17),  # type: ignore[arg-type]
            cron(apply_retention, hour=2, minute=37, timeout=RETENTION_SECONDS),  # type: ignore[arg-type]
            cron(remove_import_files, minute=27),  # type: ignore[arg-type]
            cron(remove_old_answers, minute=47),  # type: ignore[arg-type]
            cron(remove_old_events, hour=3, minute=37),  # type: ignore[arg-type]
            cron(remove_strays, hour=4, minute=7),  # type: ignore[arg-type]
        ],
        ctx={
            "engine": engine,
            "settings": settings,
            "mail": _mail_delivery(settings, engine),
            "desk": desk,
        },
        redis_settings=queue_settings(settings),
        handle_signals=False,
        health_check_interval=SECONDS_BETWEEN_SIGNS_OF_LIFE,  # what `ims doctor` looks for
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
    )


def _mail_delivery(settings: Settings, engine: AsyncEngine) -> MailDelivery:
    letters = PasswordLetters(service_url(settings))
    writers = {
        MailKind.PASSWORD_RESET: letters.reset,
        MailKind.INVITATION: letters.invitation,
        MailKind.REPORT_READY: ReportLetters(service_url(settings)).ready,
    }
    return MailDelivery(engine, Mailer(settings), writers)


async def run(settings: Settings) -> None:
    """Work until a signal comes; a Redis that goes away is waited for.

    Raises:
        UnsafeDatabaseError: The database would not keep the sites apart.
    """
    configure_logging(settings)
    engine = create_app_engine(
        settings,
        pool_size=POOL_SIZE + settings.job_slots,
        statement_seconds=JOB_STATEMENT_SECONDS,
    )
    log_queries(engine, slow_ms=settings.slow_query_ms, debug=settings.debug)
    reads = create_reads(settings)
    try:
        await reads.open()
        await require_safe_role(engine)
        await _until_stopped(_work(settings, engine, create_desk(settings, engine, reads)))
    finally:
        await reads.close()
        await engine.dispose()


async def _work(settings: Settings, engine: AsyncEngine, desk: Desk) -> None:
    """Do jobs, with Redis or without, and listen to Redis."""
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.work())
        group.create_task(_listen(settings, engine, desk))


async def _until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run until a signal comes, also while it only waits; arq's own handlers end with a worker."""
    task = asyncio.create_task(work)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _listen(settings: Settings, engine: AsyncEngine, desk: Desk) -> None:
    """Do what comes by Redis and by the clock, and begin anew whenever Redis comes back."""
    while True:
        worker = create_worker(settings, engine, desk)
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

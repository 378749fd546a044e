"""Where the results of jobs lie, and the removal of those that nobody can have any more."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from app.core.database import unscoped_transaction
from app.core.errors import Unavailable
from app.jobs import repository
from app.jobs.attempt import Attempt, JobOverError, Place, ResultFile
from app.jobs.repository import OPEN
from app.models import Job
from app.tenancy.session import WriteSession, scoped_session

FOLDER = "jobs"

WORK = "ims-"
"""What the folders begin with that something is written in before it is stored."""

WORK_SECONDS = 24 * 3600
"""No such folder is in use for so long."""

logger = structlog.get_logger()


def result_key(job: Job, ending: str) -> str:
    """Where an attempt puts its result: no two attempts at the same place."""
    return f"{FOLDER}/{job.id}/{job.attempt}.{ending}"


@asynccontextmanager
async def working_folder(purpose: str) -> AsyncIterator[Path]:
    """A folder to write a result in, which goes in the end."""
    # A thread that writes there cannot be stopped: what it still writes is removed with strays.
    folder = await asyncio.to_thread(
        tempfile.TemporaryDirectory, prefix=f"{WORK}{purpose}-", ignore_cleanup_errors=True
    )
    try:
        yield Path(folder.name)
    finally:
        await asyncio.shield(asyncio.to_thread(folder.cleanup))


async def deliver(
    attempt: Attempt,
    path: Path,
    *,
    ending: str,
    name: str,
    media_type: str,
    also: Callable[[WriteSession], Awaitable[None]] | None = None,
) -> None:
    """Store the result that an attempt has written, and end its job.

    Args:
        attempt: Whose result it is.
        path: Where it was written.
        ending: What its key ends with.
        name: What it is called when it is downloaded.
        media_type: What it is.
        also: What is done in the transaction that ends the job.

    Raises:
        JobOverError: Nobody waits for it any more; it is removed.
    """
    place, key = attempt.place, result_key(attempt.job, ending)
    file = ResultFile(
        key=key,
        name=name,
        media_type=media_type,
        size=await place.storage.put(key, path),
        kept_for=timedelta(days=place.settings.report_days),
    )
    try:
        async with scoped_session(place.engine, attempt.scope) as session:
            await attempt.finish(session, file=file, site_ids=list(attempt.scope.site_ids))
            if also is not None:
                await also(session)
    except JobOverError:
        await place.storage.delete(key)
        raise
    await remove_leftovers(place, attempt.job, keep=key)


async def remove_leftovers(place: Place, job: Job, *, keep: str) -> None:
    """Remove what earlier attempts at a job have left, now that one has come to its end."""
    if job.attempt == 1:
        return
    for key in await place.storage.keys(f"{FOLDER}/{job.id}"):
        if key != keep:
            await place.storage.delete(key)


async def remove_dropped_files(place: Place) -> None:
    """Remove the files whose time is over, or that their owners dropped."""
    async with unscoped_transaction(place.engine) as session:
        files = await repository.list_dropped_files(session)
    for job_id, key in files:
        try:
            await place.storage.delete(key)
        except Unavailable:
            return  # next time
        async with unscoped_transaction(place.engine) as session:
            await repository.forget_file(session, job_id)


async def remove_stray_files(place: Place) -> None:
    """Remove what attempts have left that did not live to see the end of their job."""
    removed = await place.storage.remove_unfinished()
    removed += await asyncio.to_thread(remove_stray_folders, Path(tempfile.gettempdir()))
    for key in await place.storage.keys(FOLDER):
        if await _is_stray(place, key):
            await place.storage.delete(key)
            removed += 1
    logger.info("stray_files_removed", count=removed)


def remove_stray_folders(parent: Path) -> int:
    """Remove the working folders of processes that did not live to do so; answers how many."""
    long_ago = time.time() - WORK_SECONDS
    strays = [
        folder
        for folder in parent.glob(f"{WORK}*-*")
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < long_ago
    ]
    for folder in strays:
        shutil.rmtree(folder, ignore_errors=True)
    return len(strays)


async def _is_stray(place: Place, key: str) -> bool:
    job_id = int(key.split("/")[1])
    is_needed = select(Job.id).where(Job.id == job_id, (Job.file_key == key) | Job.status.in_(OPEN))
    async with unscoped_transaction(place.engine) as session:
        return await session.scalar(is_needed) is None

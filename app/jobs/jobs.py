"""What the worker does about jobs by the clock, and when it is told of one."""

from typing import Any

import structlog

from app.core.database import unscoped_transaction
from app.jobs import repository
from app.jobs.desk import Desk
from app.jobs.files import remove_dropped_files, remove_stray_files

logger = structlog.get_logger()


async def start_job(context: dict[str, Any], _job_id: int) -> None:
    """Look for the job whose turn it is: perhaps the one that was just asked for."""
    desk: Desk = context["desk"]
    desk.ring()


async def sweep_jobs(context: dict[str, Any]) -> None:
    """Give up what is dead, remove files whose time is over, and forget what is long past."""
    desk: Desk = context["desk"]
    async with unscoped_transaction(desk.place.engine) as session:
        for job_id in await repository.abandon_dead_jobs(session):
            logger.error("job_abandoned", job_id=job_id)
        await repository.expire_files(session)
        await repository.delete_old_jobs(session)
    await remove_dropped_files(desk.place)
    desk.ring()


async def remove_strays(context: dict[str, Any]) -> None:
    """Remove files that no job knows of."""
    desk: Desk = context["desk"]
    await remove_stray_files(desk.place)

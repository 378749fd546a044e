"""Workers that die in the middle of their work, without a word."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction

Step = Callable[..., Awaitable[Any]]


class KilledError(BaseException):
    """Stands for the end of a process: nobody catches it."""


def dying(step: Step, after: int) -> Step:
    """The same step, but the worker dies instead of the one after so many."""
    calls = count()

    async def until_death(*args: Any, **over: Any) -> Any:
        if next(calls) == after:
            raise KilledError
        return await step(*args, **over)

    return until_death


async def silence(engine: AsyncEngine, job_id: int) -> None:
    """Let it be a while since the worker of a job gave a sign of life."""
    statement = text("UPDATE app.jobs SET heartbeat_at = now() - interval '1 hour' WHERE id = :id")
    async with unscoped_transaction(engine) as session:
        await session.execute(statement, {"id": job_id})


async def give_up(engine: AsyncEngine, job_id: int) -> None:
    """Let a job whose worker died have failed."""
    statement = text(
        "UPDATE app.jobs SET status = 'failed', error_code = 'abandoned', finished_at = now() "
        "WHERE id = :id"
    )
    async with unscoped_transaction(engine) as session:
        await session.execute(statement, {"id": job_id})

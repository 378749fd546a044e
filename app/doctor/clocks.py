"""Whether the machines agree on the time, which tokens and locks go by."""

import time
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from app.auth.claims import LEEWAY_SECONDS
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning, wrong

WARN_SECONDS = 2.0

_ADVICE = "Have both machines keep their time by NTP"


async def check_database_clock(deployment: Deployment) -> Finding:
    """This machine's clock against the database's."""
    statement = text("SELECT extract(epoch FROM clock_timestamp())::float8")
    async with deployment.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))  # so that no transaction's start is timed

        async def ask() -> float:
            return float(await connection.scalar(statement) or 0)

        return judge_clocks(await seconds_apart(ask))


async def check_redis_clock(deployment: Deployment) -> Finding:
    """This machine's clock against Redis's."""
    await deployment.redis.ping()

    async def ask() -> float:
        seconds, microseconds = await deployment.redis.time()
        return float(seconds) + float(microseconds) / 1_000_000

    return judge_clocks(await seconds_apart(ask))


async def seconds_apart(ask: Callable[[], Awaitable[float]]) -> float:
    """How far another clock is ahead of ours, taken as read halfway through the asking."""
    asked = time.time()
    theirs = await ask()
    return theirs - (asked + time.time()) / 2


def judge_clocks(apart: float) -> Finding:
    """What it means that another clock is so many seconds ahead of ours, or behind."""
    seen = f"{abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} this machine"
    if abs(apart) > LEEWAY_SECONDS:
        return wrong(f"{seen}: tokens seem expired, or not valid yet", _ADVICE)
    if abs(apart) > WARN_SECONDS:
        return warning(seen, _ADVICE)
    return ok(f"{abs(apart):.1f} s apart")

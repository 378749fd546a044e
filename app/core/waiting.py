"""Waiting for an answer, for a time that passes only while somebody could hear it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

TICK_SECONDS = 0.01

T = TypeVar("T")


async def wait_briefly(work: Coroutine[Any, Any, T], *, seconds: float) -> T:
    """Wait for another server's answer.

    The time is counted in short ticks. While this process is too busy to look, which may be for
    longer than all of them, only one passes, and then it looks: an answer that has been lying
    there is no late one.

    Raises:
        TimeoutError: There was none.
    """
    task = asyncio.create_task(work)
    try:
        for _ in range(round(seconds / TICK_SECONDS)):
            await asyncio.wait([task], timeout=TICK_SECONDS)
            if task.done():
                return task.result()
        raise TimeoutError
    finally:
        task.cancel()

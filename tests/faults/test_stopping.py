"""A signal ends the API after what is under way."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.faults.conftest import Story
from tests.faults.locks import locked, until_none_open, until_waiting
from tests.faults.served import Served


async def test_a_request_that_is_under_way_is_answered(
    start_api: Callable[..., Served],
    log_in: Callable[[Served], Awaitable[httpx.AsyncClient]],
    story: Story,
    other_connection: AsyncEngine,
) -> None:
    api = start_api(is_killed=False)
    client = await log_in(api)
    path = f"/interactions/{story.row.id}"

    async with locked(other_connection, story.row):
        under_way = asyncio.create_task(client.patch(path, json={"notes": "In time"}))
        await until_waiting(other_connection, 1)
        api.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        with pytest.raises(httpx.TransportError):
            async with httpx.AsyncClient(trust_env=False) as another:
                await another.get(f"{api.url}/health/live")

    answer = await under_way
    assert (answer.status_code, answer.json()["notes"]) == (200, "In time")
    ended = await asyncio.to_thread(api.process.wait, 10)
    assert ended in {0, -signal.SIGTERM}
    await until_none_open(other_connection)

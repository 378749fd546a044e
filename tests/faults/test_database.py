"""The database goes away, is slow, or has no room: 503 in time, and well again by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from app.local.throwaway import ThrowawayServers
from tests.desk import error_of
from tests.factories import body
from tests.faults.conftest import Story
from tests.faults.locks import locked, until_none_open, until_waiting
from tests.faults.served import Served

StartApi = Callable[..., Served]
LogIn = Callable[[Served], Awaitable[httpx.AsyncClient]]


def refused_for_now(response: httpx.Response) -> None:
    assert error_of(response, 503)["code"] == "unavailable"
    assert int(response.headers["Retry-After"]) > 0


async def until_ready(api: Served) -> None:
    status = 0
    async with asyncio.timeout(10), httpx.AsyncClient(trust_env=False) as client:
        while status != 200:
            status = (await client.get(f"{api.url}/health/ready")).status_code
            await asyncio.sleep(0.1)


async def test_a_restarted_database_is_used_again(
    start_api: StartApi,
    log_in: LogIn,
    own_servers: ThrowawayServers,
    story: Story,
    other_connection: AsyncEngine,
) -> None:
    api = start_api()
    client = await log_in(api)
    path = f"/interactions/{story.row.id}"
    assert (await client.get(path)).status_code == 200

    async with locked(other_connection, story.row):
        waiting = asyncio.create_task(client.patch(path, json={"notes": "Cut off"}))
        await until_waiting(other_connection, 1)
        own_servers.postgres.stop()
        try:
            refused_for_now(await waiting)
            refused_for_now(await client.get(path))
            refused_for_now(await client.post("/interactions", json=body()))
            ready = await client.get(f"{api.url}/health/ready")
            assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
            assert (await client.get(f"{api.url}/health/live")).status_code == 200
        finally:
            own_servers.postgres.start()

    await until_ready(api)
    found = await client.get(path)
    assert (found.status_code, found.json()["notes"]) == (200, None)
    assert (await client.post("/interactions", json=body())).status_code == 201


async def test_a_statement_that_takes_too_long_is_given_up(
    start_api: StartApi, log_in: LogIn, story: Story, other_connection: AsyncEngine
) -> None:
    client = await log_in(start_api())
    path = f"/interactions/{story.row.id}"

    async with locked(other_connection, story.row):
        started = time.monotonic()
        refused_for_now(await client.patch(path, json={"notes": "Too late"}))
        assert 3 < time.monotonic() - started < 7

    assert (await client.patch(path, json={"notes": None})).status_code == 200


async def test_without_a_free_connection_the_answer_comes_at_once(
    start_api: StartApi, log_in: LogIn, story: Story, other_connection: AsyncEngine
) -> None:
    api = start_api(DATABASE_POOL_SIZE="2")
    client = await log_in(api)
    path = f"/interactions/{story.row.id}"

    async with locked(other_connection, story.row):
        writers = [asyncio.create_task(client.patch(path, json={"notes": None})) for _ in range(2)]
        await until_waiting(other_connection, 2)
        started = time.monotonic()
        refused_for_now(await client.get(f"{path}/history"))
        assert time.monotonic() - started < 3
        assert (await client.get(f"{api.url}/health/live")).status_code == 200

    assert [answer.status_code for answer in await asyncio.gather(*writers)] == [200, 200]
    assert (await client.get(path)).status_code == 200


async def test_a_client_that_leaves_leaves_no_transaction(
    start_api: StartApi, log_in: LogIn, story: Story, other_connection: AsyncEngine
) -> None:
    client = await log_in(start_api())
    path = f"/interactions/{story.row.id}"

    async with locked(other_connection, story.row):
        leaving = asyncio.create_task(client.patch(path, json={"notes": None}))
        await until_waiting(other_connection, 1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)

    await until_none_open(other_connection)
    assert (await client.get(path)).status_code == 200

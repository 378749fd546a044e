"""The API is killed in the middle of its work: what was acknowledged is there, and there once."""

import asyncio
import random
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.local.throwaway import ThrowawayServers
from tests.conftest import Database
from tests.factories import body, unique
from tests.faults.conftest import NAME, Story
from tests.faults.served import Served, served

KILLS = 4
WRITERS = 4
SECONDS_ALIVE = 0.4
SECONDS_BETWEEN_TRIES = 0.02


async def insist(client: httpx.AsyncClient, method: str, path: str, content: object) -> Any:
    """Send a request, the same again and again, until it is acknowledged; answers what it made."""
    headers = {"Idempotency-Key": unique("key")}
    while True:
        try:
            response = await client.request(method, path, json=content, headers=headers)
        except httpx.TransportError:
            response = None
        if response is not None and response.is_success:
            return response.json()
        # 409: the attempt before is still being worked on, by a connection that nobody hears.
        assert response is None or response.status_code in (409, 503), response.text
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


async def write(client: httpx.AsyncClient, is_over: asyncio.Event) -> list[tuple[Any, int]]:
    """Create interactions and change each some times; what was acknowledged, and how often."""
    acknowledged = []
    while not is_over.is_set():
        content = body(external_id=unique("row"))
        row = await insist(client, "POST", "/interactions", content)
        changes = random.randrange(4)  # noqa: S311 - no secret
        for number in range(changes):
            row = await insist(
                client, "PATCH", f"/interactions/{row['id']}", {"notes": f"{number}"}
            )
        acknowledged.append((row, changes + 1))
    return acknowledged


async def test_whatever_moment_the_api_is_killed_at_nothing_is_lost_or_done_twice(
    own_servers: ThrowawayServers,
    own_database: Database,
    story: Story,
    log_in: Callable[..., Any],
    other_connection: AsyncEngine,
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    is_over = asyncio.Event()

    def start(stack: ExitStack) -> Served:
        return stack.enter_context(
            served(
                own_servers, NAME, port=port, IMS_STATE_DIR=str(tmp_path), RATE_LIMIT_DEFAULT="0"
            )
        )

    with ExitStack() as stack:
        api = await asyncio.to_thread(start, stack)
        client = await log_in(api)
        writers = [asyncio.create_task(write(client, is_over)) for _ in range(WRITERS)]
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0, SECONDS_ALIVE))  # noqa: S311 - no secret
            api.process.kill()
            api = await asyncio.to_thread(start, stack)
        is_over.set()
        acknowledged = [found for task in writers for found in await task]

    assert len(acknowledged) > WRITERS
    async with other_connection.connect() as connection:
        for row, versions in acknowledged:
            found = await connection.execute(
                text(
                    "SELECT i.id, i.version, i.notes, count(c.id) AS changes,"
                    " count(DISTINCT c.version) AS versions"
                    " FROM app.interactions i JOIN app.interaction_changes c"
                    " ON (c.site_id, c.interaction_id) = (i.site_id, i.id)"
                    " WHERE i.external_id = :external_id GROUP BY 1, 2, 3"
                ),
                {"external_id": row["external_id"]},
            )
            expected = (row["id"], versions, row["notes"], versions, versions)
            assert [tuple(one) for one in found] == [expected]

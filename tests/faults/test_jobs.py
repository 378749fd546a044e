"""Whatever happens to a worker and to Valkey, each report is made exactly once."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.local.throwaway import ThrowawayServers
from tests.desk import Json
from tests.faults.conftest import NAME, Story
from tests.faults.served import Served
from tests.faults.worker_process import WorkerProcess, worker_process

LogIn = Callable[[Served], Awaitable[httpx.AsyncClient]]

DEATHS = 50 if "IMS_LOAD" in os.environ else 3
ROWS = 20_000
SECONDS = 120
OVER = frozenset({"succeeded", "failed", "cancelled", "expired"})
CSV = {"kind": "interaction_export", "format": "csv"}

_MANY = text(
    "INSERT INTO app.interactions (site_id, title, type, lead, start_datetime, end_datetime,"
    " timezone, description, created_by, updated_by)"
    " SELECT site_id, title, type, lead, start_datetime, end_datetime, timezone,"
    " 'Number ' || n, created_by, updated_by"
    " FROM app.interactions, generate_series(2, :rows) AS n WHERE id = :id"
)
_SILENT = text(
    "UPDATE app.jobs SET heartbeat_at = now() - interval '1 hour' WHERE status = 'running'"
)


@pytest.fixture
def worker(own_servers: ThrowawayServers, tmp_path: Path) -> Iterator[WorkerProcess]:
    with worker_process(own_servers, NAME, tmp_path) as process:
        yield process


@pytest.fixture
async def client(
    start_api: Callable[..., Served], log_in: LogIn, story: Story, other_connection: AsyncEngine
) -> httpx.AsyncClient:
    """A caller at a site with many interactions."""
    async with other_connection.begin() as connection:
        count = text("SELECT count(*) FROM app.interactions")
        if (await connection.scalar(count) or 0) < ROWS:
            await connection.execute(_MANY, {"rows": ROWS, "id": story.row.id})
    return await log_in(start_api(RATE_LIMIT_JOBS="0", RATE_LIMIT_DEFAULT="0"))


async def ask(client: httpx.AsyncClient) -> int:
    response = await client.post("/reports", json=CSV)
    assert response.status_code == 202, response.text
    report_id: int = response.json()["id"]
    return report_id


def files_in(folder: Path) -> list[int]:
    """The report of each file that there is; what was not put whole is none."""
    whole = [path for path in folder.glob("*/*") if "#" not in path.name]
    return sorted(int(path.parent.name) for path in whole)


async def wait_for(
    client: httpx.AsyncClient, report_id: int, *, until: frozenset[str] = OVER
) -> Json:
    """The report when it is over, or as far as it has to be."""
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        report: Json = (await client.get(f"/reports/{report_id}")).json()
        if report["status"] in until:
            return report
        await asyncio.sleep(0.2)
    raise AssertionError(f"the report is still {report['status']}")


@pytest.mark.timeout(60 + 20 * DEATHS)
async def test_each_report_is_made_once_whenever_its_worker_dies(
    client: httpx.AsyncClient,
    worker: WorkerProcess,
    own_servers: ThrowawayServers,
    other_connection: AsyncEngine,
    tmp_path: Path,
) -> None:
    moments, asked = random.Random(5), []  # noqa: S311 - any moment is as good
    redis = Redis.from_url(own_servers.valkey.url)
    for number in range(DEATHS):
        asked.append(await ask(client))
        if number % 2:
            redis.flushall()
        worker.start()
        await asyncio.sleep(moments.uniform(0.5, 6))
        worker.stop(signal.SIGKILL)
        async with other_connection.begin() as connection:
            await connection.execute(_SILENT)  # as if it had been a while
    redis.flushall()
    redis.close()
    worker.start()

    reports = [await wait_for(client, report_id) for report_id in asked]

    assert {report["status"] for report in reports} == {"succeeded"}
    for report in reports:
        file = await client.get(f"/reports/{report['id']}/download")
        assert file.content.count(b"\r\n") == report["rows_done"] + 1 > ROWS
    folder = tmp_path / "files" / "jobs"
    assert files_in(folder) == sorted(asked), sorted(map(str, folder.glob("*/*")))


async def test_a_worker_that_is_told_to_stop_hands_its_work_back(
    client: httpx.AsyncClient, worker: WorkerProcess, other_connection: AsyncEngine
) -> None:
    worker.start()
    async with other_connection.begin() as connection:
        # It waits for this lock in the middle of the report, whenever it is told to stop.
        await connection.execute(text("LOCK TABLE app.interactions IN ACCESS EXCLUSIVE MODE"))
        report_id = await ask(client)
        await wait_for(client, report_id, until=frozenset({"running"}))

        started = time.monotonic()
        status = worker.stop(signal.SIGTERM)

        assert (status, time.monotonic() - started < 10) == (0, True)
    assert (await client.get(f"/reports/{report_id}")).json()["status"] == "queued"
    worker.start()
    assert (await wait_for(client, report_id))["status"] == "succeeded"

"""A run: all cases of one data set, on servers that it starts and stops."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg
import uvloop

from bench.cases.case import Case
from bench.cases.catalogue import all_cases
from bench.database.datasets import Dataset
from bench.database.memory import read_into_memory
from bench.database.servers import Servers, connect, started_servers
from bench.run.contenders import started_contenders
from bench.run.cursor import find_cursor
from bench.run.machine import describe
from bench.run.measure import Effort, measure
from bench.run.restore import last_loaded_id, restore
from bench.run.results import CaseResult, Results
from bench.run.stage import Stage

SECONDS_A_CASE = 15 * 60
Tell = Callable[[Results], None]
"""Is called after each case, the newest being the last of the results."""


def run(
    folder: Path, dataset: Dataset, effort: Effort, *, only: tuple[str, ...], tell: Tell
) -> Results:
    """Measure the cases whose names fit; none given, all."""
    with (
        started_servers(folder, durable=True) as servers,
        started_contenders(servers, dataset.database) as contenders,
    ):
        stage = Stage.of(servers, contenders)
        work = _run(servers, stage, dataset, effort, only=only, tell=tell)
        with closing(work), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)


async def _run(
    servers: Servers,
    stage: Stage,
    dataset: Dataset,
    effort: Effort,
    *,
    only: tuple[str, ...],
    tell: Tell,
) -> Results:
    connection = await connect(servers.postgres, dataset.database)
    await read_into_memory(connection)
    results = Results(
        dataset=dataset.name,
        rows=dataset.rows,
        taken_on=datetime.now(UTC).date().isoformat(),
        seconds=effort.seconds,
        machine=await describe(connection),
    )
    last_id = await last_loaded_id(connection)
    async for case in all_cases(connection, partial(find_cursor, stage), only):
        found = await _measure(stage, case, effort, connection, last_id)
        results.cases.append(found)
        tell(results)
    await connection.close()
    return results


async def _measure(
    stage: Stage, case: Case, effort: Effort, connection: asyncpg.Connection, last_id: int
) -> CaseResult:
    try:
        async with asyncio.timeout(SECONDS_A_CASE):
            return await measure(stage, case, effort)
    finally:
        if case.changes_rows:
            await restore(connection, last_id)

"""How the hot statements are run, as the service sends them and under the application's role."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from app.local.postgres import LocalPostgres
from app.schema.roles import APP
from bench.cases.case import Case, Contender
from bench.cases.catalogue import all_cases
from bench.database.datasets import Dataset
from bench.database.servers import connect, execute, started_servers
from bench.explain.log import Plan, plans_in
from bench.report.regions import replace_region
from bench.run.contenders import started_contenders
from bench.run.cursor import find_cursor
from bench.run.restore import last_loaded_id, restore
from bench.run.stage import Stage

EXPLAINED = (
    "get, one-site",
    "list page 1,*",
    "list page 100, all-sites",
    "list cursor, all-sites",
    "filter type and month, all-sites",
    "search rare, five-sites",
    "search common,*-site*",
    "search faded, all-sites",
    "create,*",
    "update,*",
)
SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_parameter_max_length": "0",
}
FLUSHED = 0.2
"""Seconds until what a backend logs is surely in the file."""


def explain(folder: Path, dataset: Dataset, page: Path) -> None:
    """Write the plans into the page."""
    with started_servers(folder, durable=True) as servers, _logging(servers.postgres, dataset):
        ours = (Contender.OURS,)
        with started_contenders(servers, dataset.database, ours) as contenders:
            stage = Stage.of(servers, contenders)
            content = asyncio.run(_explain(servers.postgres, dataset, stage))
    title = f"Of {dataset.rows:,} rows.\n\n"
    text = replace_region(page.read_text(encoding="utf-8"), "plans", title + content)
    page.write_text(text, encoding="utf-8")


@contextmanager
def _logging(postgres: LocalPostgres, dataset: Dataset) -> Iterator[None]:
    """Have the plans of the application's statements logged, on this server and for now."""
    role = f"ALTER ROLE {APP} IN DATABASE {dataset.database}"
    statements = [f"{role} SET {name} = '{value}'" for name, value in SETTINGS.items()]
    asyncio.run(execute(postgres, dataset.database, *statements))
    try:
        yield
    finally:
        asyncio.run(execute(postgres, dataset.database, f"{role} RESET ALL"))


async def _explain(postgres: LocalPostgres, dataset: Dataset, stage: Stage) -> str:
    connection = await connect(postgres, dataset.database)
    last_id = await last_loaded_id(connection)
    parts = []
    async for case in all_cases(connection, partial(find_cursor, stage), EXPLAINED):
        parts.append(_section(case, await _plans(postgres, stage, case)))
        if case.changes_rows:
            await restore(connection, last_id)
    await connection.close()
    return "\n\n".join(parts)


async def _plans(postgres: LocalPostgres, stage: Stage, case: Case) -> list[Plan]:
    """Those of the third request of three: by then everything is warm."""
    requests = await stage.requests(case, Contender.OURS)
    for _ in range(2):
        await stage.ask(Contender.OURS, next(requests))
    time.sleep(FLUSHED)  # noqa: ASYNC251 - nothing else is to happen meanwhile
    start = postgres.log.stat().st_size
    await stage.ask(Contender.OURS, next(requests))
    time.sleep(FLUSHED)  # noqa: ASYNC251
    with postgres.log.open(encoding="utf-8", errors="replace") as log:
        log.seek(start)
        return plans_in(log.read())


def _section(case: Case, plans: list[Plan]) -> str:
    request = case.requests[Contender.OURS][min(2, len(case.requests[Contender.OURS]) - 1)]
    total = sum(plan.milliseconds for plan in plans)
    count = "1 statement" if len(plans) == 1 else f"{len(plans)} statements"
    lines = [f"<details><summary>{case.name}: {count}, {total:.1f} ms</summary>"]
    lines.append(f"\n    {request.method} {request.target[:200]}\n")
    lines += [f"```\n{plan.query}\n\n{plan.plan}\n```\n" for plan in plans]
    return "\n".join([*lines, "</details>"])

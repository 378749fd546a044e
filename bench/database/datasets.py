"""The databases of a benchmark, one a data set, each filled once."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from app.local.postgres import LocalPostgres
from app.schema.migrate import prepare, run_revisions
from bench.data.generated import GeneratedSource
from bench.data.register import RegisterSource
from bench.data.source import Source
from bench.database.load import load
from bench.database.servers import connect, execute, started_servers
from bench.progress import say

FORMAT = 1
"""Of the generated data: a database of another one is filled anew."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """How many rows, made up or out of a register."""

    rows: int
    register: Path | None = None

    @property
    def name(self) -> str:
        """What files and databases of it are called."""
        return f"register-{self.rows}" if self.register else f"generated-{self.rows}"

    @property
    def database(self) -> str:
        """Its database."""
        return f"bench_{self.name.replace('-', '_')}"

    @property
    def source(self) -> Source:
        """Where its rows come from."""
        if self.register:
            return RegisterSource(self.rows, self.register.resolve(strict=True))
        return GeneratedSource(self.rows)


def ensure_loaded(folder: Path, dataset: Dataset) -> None:
    """Fill the data set's database unless that is done, on a server that need not be durable."""
    with started_servers(folder, durable=False) as servers:
        postgres = servers.postgres
        if asyncio.run(_is_loaded(postgres, dataset)):
            _migrate(postgres, dataset)  # the code may know newer revisions
            return
        say(f"Filling {dataset.database} (once):")
        statement = f"DROP DATABASE IF EXISTS {dataset.database}"
        asyncio.run(execute(postgres, "postgres", statement))
        _migrate(postgres, dataset)
        asyncio.run(load(postgres, dataset.database, dataset.source))
        mark = json.dumps({"format": FORMAT})
        statement = f"COMMENT ON DATABASE {dataset.database} IS '{mark}'"
        asyncio.run(execute(postgres, "postgres", statement))


def _migrate(postgres: LocalPostgres, dataset: Dataset) -> None:
    url = make_url(postgres.url(dataset.database))
    prepare(url, app_url=None)
    run_revisions(url)


async def _is_loaded(postgres: LocalPostgres, dataset: Dataset) -> bool:
    connection = await connect(postgres, "postgres")
    try:
        mark = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1",
            dataset.database,
        )
    finally:
        await connection.close()
    return mark is not None and json.loads(mark) == {"format": FORMAT}

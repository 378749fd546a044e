"""A site with interactions, and a worker that makes the reports that a test asks for."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import JobKind, Role
from app.jobs.attempt import Place
from app.jobs.running import run_job
from app.models import Job, Site, User
from app.worker import HANDLERS, create_reads
from tests.desk import ClientFor, Json
from tests.factories import Client, Make

CSV = {"kind": "interaction_export", "format": "csv"}
JSONL = {"kind": "interaction_export", "format": "jsonl"}


@dataclass(frozen=True, slots=True)
class Bench:
    """A worker that does one job at a time, as it is told."""

    place: Place

    async def run(self, job_id: int) -> None:
        """Do a job, whoever else's turn it might be."""
        async with unscoped_transaction(self.place.engine) as session:
            await session.execute(
                text(
                    "UPDATE app.jobs SET status = 'running', attempt = attempt + 1,"
                    " timeout_seconds = 60, started_at = now(), heartbeat_at = now()"
                    " WHERE id = :id AND status = 'queued'"
                ),
                {"id": job_id},
            )
            job = await session.get_one(Job, job_id)
        await run_job(job, self.place, HANDLERS[JobKind(job.kind)])


@dataclass(frozen=True, slots=True)
class Office:
    """A site, a viewer there who asks for reports, and the worker that makes them."""

    site: Site
    user: User
    client: Client
    bench: Bench

    async def ask(self, **over: Any) -> Json:
        """A report that the viewer asks for."""
        response = await self.client.post("/reports", json=CSV | over)
        assert response.status_code == 202, response.text
        asked: Json = response.json()
        return asked

    async def made(self, **over: Any) -> Json:
        """A report that is asked for and made."""
        asked = await self.ask(**over)
        await self.bench.run(asked["id"])
        return await self.read(asked["id"])

    async def read(self, report_id: int) -> Json:
        """A report as the viewer sees it."""
        response = await self.client.get(f"/reports/{report_id}")
        assert response.status_code == 200, response.text
        report: Json = response.json()
        return report

    async def file(self, **over: Any) -> bytes:
        """The file of a report that is asked for and made."""
        report = await self.made(**over)
        assert report["status"] == "succeeded", report
        response = await self.client.get(f"/reports/{report['id']}/download")
        assert response.status_code == 200, response.text
        return response.content

    async def table(self, **over: Any) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        text = (await self.file(**CSV | over)).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
async def bench(api: FastAPI, engine: AsyncEngine, settings: Settings) -> Any:
    reads = create_reads(settings)
    await reads.open()
    yield Bench(Place(engine, reads, api.state.storage, settings))
    await reads.close()


@pytest.fixture
async def office(make: Make, client_for: ClientFor, bench: Bench) -> Office:
    site = await make.site()
    user = await make.member(site, role=Role.VIEWER)
    return Office(site, user, client_for(user), bench)

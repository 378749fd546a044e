"""Making reports without waiting for a worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import JobKind
from app.models import ReportSchedule, Site, User
from tests.factories import unique
from tests.jobs.making import make_job


async def make_report(app: FastAPI, owner: User, *sites: Site, **over: Any) -> int:
    """A report of somebody's that is done, with a file; answers its id."""
    key, text = f"tests/{unique('file')}", over.pop("text", "what it tells")
    with TemporaryDirectory() as folder:
        size = await app.state.storage.put(key, _written(Path(folder) / "file", text))
    content = {
        "kind": JobKind.INTERACTION_EXPORT.value,
        "status": "succeeded",
        "attempt": 1,
        "parameters": {"format": "csv", "filters": {}, "tz": "UTC", "title": "Interactions"},
        "file_key": key,
        "file_name": "Interactions 2026-06-12.csv",
        "media_type": "text/csv",
        "file_size": size,
    }
    return await make_job(app.state.engine, owner, *sites, **content | over)


async def make_titled_report(app: FastAPI, owner: User, *sites: Site, title: str) -> int:
    """A report that tells what it is called, and whose file does so too."""
    parameters = {"format": "csv", "filters": {"q": title}, "tz": "UTC", "title": title}
    return await make_report(app, owner, *sites, text=title, parameters=parameters)


async def make_schedule(
    engine: AsyncEngine, owner: User, *, title: str = "Interactions", **over: Any
) -> int:
    """A schedule of somebody's for every Monday; answers its id."""
    content = {"kind": "interaction_export", "format": "csv", "title": title}
    values = {
        "content": content,
        "cron": "0 7 * * MON",
        "tz": "UTC",
        "next_run_at": datetime.now(UTC) + timedelta(days=7),
    }
    row = ReportSchedule(owner_id=owner.id, **values | over)
    async with unscoped_transaction(engine) as session:
        session.add(row)
    return row.id


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path

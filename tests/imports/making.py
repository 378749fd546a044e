"""Imports and operations as they may lie in the tables, and files to send."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from sqlalchemy import func

from app.core.database import unscoped_transaction
from app.core.vocabulary import JobKind, OperationKind
from app.imports.outcomes import Counts, Outcome
from app.imports.repository import KEPT_FOR
from app.models import Import, Operation, Site, User
from tests.factories import unique
from tests.jobs.making import make_job

HEADER = ["title", "type", "lead", "start", "end", "description"]
ROW = ["A meeting", "meeting", "Ada", "2026-06-12T14:00:00Z", "2026-06-12T15:00:00Z", "Text"]
TEXT = ",".join(HEADER) + "\n" + ",".join(ROW) + "\n"


def table(*rows: list[str], header: list[str] = HEADER) -> str:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


async def make_import(app: FastAPI, owner: User, *sites: Site, **over: Any) -> int:
    """An import of somebody's that was looked through and can be committed; answers its id."""
    job_id = await make_job(
        app.state.engine, owner, *sites, kind=JobKind.IMPORT_CHECK.value, status="succeeded"
    )
    check = Outcome(counts=Counts(), errors=[], reasons=[], duplicates=[], duplicates_total=0)
    content: dict[str, Any] = {
        "site_ids": [site.id for site in sites],
        "stage": "check",
        "job_id": job_id,
        "file_name": "rows.csv",
        "file_size": len(TEXT),
        "file_hash": "0" * 64,
        "file_key": await store(app, TEXT),
        "errors_key": await store(app, f"#reason\n{over.get('file_name')}\n"),
        "options": {},
        "check": check.model_dump(mode="json"),
    }
    row = Import(owner_id=owner.id, expires_at=func.now() + KEPT_FOR, **content | over)
    async with unscoped_transaction(app.state.engine) as session:
        session.add(row)
    return row.id


async def make_operation(app: FastAPI, owner: User) -> UUID:
    """An operation of somebody's that has changed nothing; answers its id."""
    row = Operation(id=uuid4(), owner_id=owner.id, kind=OperationKind.IMPORT.value)
    async with unscoped_transaction(app.state.engine) as session:
        session.add(row)
    return row.id


async def store(app: FastAPI, text: str) -> str:
    """A file in the storage; answers its key."""
    key = f"imports/tests/{unique('file')}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_text(text)
        await app.state.storage.put(key, path)
    return key

"""Making people who are written about, and requests without waiting for a worker."""

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import JobKind
from app.models import Site, User
from tests.factories import Client, body, unique
from tests.reports.making import make_report


async def make_export(app: FastAPI, owner: User, *sites: Site, person: str = "Ann Nobody") -> int:
    """An export of somebody's that is done, with a file that has the name in it."""
    return await make_report(
        app,
        owner,
        *sites,
        text=person,
        kind=JobKind.PRIVACY_EXPORT.value,
        parameters={"person": person},
        file_name="person 2026-06-12.jsonl",
        media_type="application/jsonl",
    )


def full_name() -> str:
    """A name that nobody else has."""
    return f"Zoë {unique('Quarrington').replace('-', 'q')}"


async def write_about(client: Client, site_id: int, name: str) -> list[int]:
    """Interactions with a name in every place, some changed and one deleted; answers their ids."""
    texts = [
        {"lead": name},
        {"lead": name.upper(), "title": f"A visit to {name}"},
        {"lead": "Ann", "location": f"Office of {name}", "external_id": f"CRM {name}"},
        {"lead": "Ann", "description": f"Met\n{name}.", "notes": f"({name.lower()})"},
    ]
    ids = []
    for over in texts:
        response = await client.post("/interactions", json=body(site_id=site_id, **over))
        assert response.status_code == 201, response.text
        ids.append(response.json()["id"])
    await client.patch(f"/interactions/{ids[0]}", json={"lead": "Somebody Else"})
    await client.patch(f"/interactions/{ids[1]}", json={"notes": f"{name} was there"})
    await client.delete(f"/interactions/{ids[2]}")
    return ids


async def status_of(admin_engine: AsyncEngine, job_id: int) -> str:
    """How far a job is."""
    async with admin_engine.connect() as connection:
        statement = text("SELECT status FROM app.jobs WHERE id = :id")
        return str(await connection.scalar(statement, {"id": job_id}))

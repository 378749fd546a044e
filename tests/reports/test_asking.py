"""What can be asked for, by whom, and what is refused."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.queue import JobQueue
from app.core.redis import create_redis
from app.core.vocabulary import Role
from app.models import Job
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import Make, unique
from tests.reports.conftest import CSV, Bench, Office


async def test_what_is_asked_for_is_accepted_and_found_under_its_address(office: Office) -> None:
    response = await office.client.post(
        "/reports", json=CSV | {"title": " Calls  of June ", "tz": "Europe/Paris"}
    )

    asked = response.json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/v1/reports/{asked['id']}"
    assert (asked["job_id"], asked["status"], asked["progress"]) == (asked["id"], "queued", 0)
    assert (asked["title"], asked["tz"]) == ("Calls of June", "Europe/Paris")
    assert asked == await office.read(asked["id"]) | {
        "estimated_completion": asked["estimated_completion"]
    }


async def test_when_it_will_be_done_is_told_once_others_were_made(
    office: Office, make: Make
) -> None:
    for _ in range(3):
        await make.interaction(office.site, office.user)
    await office.made()

    asked = await office.ask()

    assert asked["rows_total"] == 3
    assert asked["estimated_completion"] >= asked["created_at"]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"format": "exe"}, "format"),
        ({"format": "pdf"}, "format"),
        ({"filters": {"q": "word"}, "saved_search_id": 1}, "saved_search_id"),
        ({"saved_search_id": 2**31 - 1}, "saved_search_id"),
        ({"saved_search_id": 2**63}, "saved_search_id"),
        ({"saved_search_id": "1"}, "saved_search_id"),
        ({"filters": {"where": {"field": "notes", "op": "eval", "value": 1}}}, "filters.where.op"),
        ({"filters": {"sort": ["id; DROP TABLE"]}}, "filters.sort"),
        ({"filters": {"q": "x" * 101}}, "filters.q"),
        ({"filters": {"page": 2}}, "filters.page"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"title": "null\x00byte"}, "title"),
        ({"site_ids": []}, "site_ids"),
        ({"site_ids": ["1"]}, "site_ids.0"),
        ({"site_ids": [2**31]}, "site_ids.0"),
        ({"path": "/etc/passwd"}, "path"),
    ],
)
async def test_what_cannot_be_made_is_refused_with_its_field(
    office: Office, over: dict[str, Any], field: str
) -> None:
    refused = refused_fields(await office.client.post("/reports", json=CSV | over))

    assert field in refused


async def test_the_site_of_another_cannot_be_named(office: Office, make: Make) -> None:
    foreign = await make.site()
    where = {"field": "site_id", "op": "eq", "value": foreign.id}

    for over in ({"site_ids": [foreign.id]}, {"filters": {"where": {"not": where}}}):
        # Also where the rest of the body would be refused.
        for rest in ({}, {"format": "exe"}):
            error_of(await office.client.post("/reports", json=CSV | over | rest), 403)


async def test_reports_are_ones_own(office: Office, make: Make, client_for: ClientFor) -> None:
    asked = await office.ask()
    admin = client_for(await make.member(office.site, role=Role.SITE_ADMIN))

    path = f"/reports/{asked['id']}"
    for method, url in (
        ("GET", path),
        ("DELETE", path),
        ("GET", f"{path}/download"),
        ("GET", f"{path}/events"),
    ):
        error_of(await admin.request(method, url), 404)
    assert (await admin.get("/reports")).json()["total"] == 0
    own = (await office.client.get("/reports")).json()
    assert [report["id"] for report in own["reports"]] == [asked["id"]]


async def test_the_list_has_pages_newest_first(office: Office) -> None:
    asked = [(await office.ask())["id"] for _ in range(3)]

    first = await office.client.get("/reports?page_size=2")
    second = await office.client.get("/reports?page_size=2&page=2")

    ids = [report["id"] for page in (first, second) for report in page.json()["reports"]]
    assert ids == asked[::-1]
    assert first.json()["total"] == 3
    assert 'rel="next"' in first.headers["Link"]


async def test_with_the_queue_out_of_reach_nothing_is_accepted_and_nothing_left(
    api: FastAPI, office: Office, settings: Settings, admin_engine: AsyncEngine
) -> None:
    jobs = api.state.jobs
    nowhere = create_redis(
        settings.model_copy(update={"redis_url": _Secret("redis://127.0.0.1:9")})
    )
    key = {"Idempotency-Key": unique("key")}
    api.state.jobs = JobQueue(nowhere)
    try:
        response = await office.client.post("/reports", json=CSV, headers=key)
    finally:
        api.state.jobs = jobs
        await nowhere.aclose()

    assert error_of(response, 503)["code"] == "unavailable"
    assert "Retry-After" in response.headers
    async with admin_engine.connect() as connection:
        left = select(func.count()).select_from(Job).where(Job.owner_id == office.user.id)
        assert await connection.scalar(left) == 0
    # What was not done is not answered as if it had been, either.
    again = await office.client.post("/reports", json=CSV, headers=key)
    assert (await office.read(again.json()["id"]))["status"] == "queued"


class _Secret(str):
    """An address as the settings hold it."""

    def get_secret_value(self) -> str:
        """The address."""
        return str(self)


async def test_a_machine_gets_a_report_of_the_sites_of_its_key(
    api: FastAPI, make: Make, client_for: ClientFor, bench: Bench
) -> None:
    site, other = await make.site(), await make.site()
    owner = await make.member(site, other, role=Role.SITE_ADMIN)
    for place in (site, other):
        await make.interaction(place, owner, title=f"Meeting at {place.id}")
    _, key = await make.api_key(api, owner, site)
    machine = Office(site, owner, client_for(Authorization=f"Bearer {key}"), bench)

    rows = await machine.table()

    assert {int(row["site_id"]) for row in rows} == {site.id}

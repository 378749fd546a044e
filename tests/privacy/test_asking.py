"""Who and what can be asked about, and whose the answer is."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.models import Job
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import Make, body
from tests.privacy.conftest import Office
from tests.privacy.making import full_name, write_about
from tests.privacy.traces import traces


async def test_without_sites_it_is_about_all_there_are(
    office: Office, make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    name, there = full_name(), await make.site()
    elsewhere = client_for(await make.member(there, role=Role.SITE_ADMIN))
    await elsewhere.post("/interactions", json=body(lead=name))
    await write_about(office.client, office.site.id, name)
    asked = (await office.client.post("/privacy/erasures", json={"person": name})).json()

    await office.bench.run(asked["id"])

    assert {office.site.id, there.id} <= set(asked["site_ids"])
    assert await traces(admin_engine, name) == {}


async def test_nobody_erases_themself(office: Office, make: Make, client_for: ClientFor) -> None:
    for over in ({}, {"dry_run": True}):
        asked_for = {"person": office.admin.id} | over
        error_of(await office.client.post("/privacy/erasures", json=asked_for), 409)
    other = client_for(await make.admin())

    asked = (await other.post("/privacy/erasures", json={"person": office.admin.id})).json()
    await office.bench.run(asked["id"])

    done = (await other.get(f"/privacy/requests/{asked['id']}")).json()
    assert (done["status"], done["outcome"]["is_account"]) == ("succeeded", True)


async def test_nobody_is_no_user(office: Office) -> None:
    for what in ("exports", "erasures"):
        response = await office.client.post(f"/privacy/{what}", json={"person": 2**31 - 1})
        assert refused_fields(response).keys() == {"person"}


async def test_whom_no_name_tells_from_others_is_refused(office: Office, make: Make) -> None:
    other = body(site_id=office.site.id, lead="A B", notes="[erased], a")
    before = (await office.client.post("/interactions", json=other)).json()
    erased = await make.member(office.site, full_name=full_name())
    again = await office.ask("erasures", erased.id)
    await office.done("erasures", erased.id)

    for user in (erased, await make.user(full_name="A"), await make.user(full_name="--")):
        for what in ("exports", "erasures"):
            response = await office.client.post(f"/privacy/{what}", json={"person": user.id})
            assert refused_fields(response).keys() == {"person"}
    await office.bench.run(again["id"])

    late = (await office.client.get(f"/privacy/requests/{again['id']}")).json()
    assert (late["status"], late["error_code"]) == ("failed", "not_found")
    assert (await office.client.get(f"/interactions/{before['id']}")).json() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"person": "J"}, "person"),
        ({"person": ""}, "person"),
        ({"person": None}, "person"),
        ({"person": "[Erased]"}, "person"),
        ({}, "person"),
        ({"person": "John Smith", "site_ids": []}, "site_ids"),
        ({"person": "John Smith", "dry_run": "yes"}, "dry_run"),
        ({"person": "John Smith", "sites": [1]}, "sites"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(
    office: Office, wrong: dict[str, object], field: str
) -> None:
    response = await office.client.post("/privacy/erasures", json=wrong)
    assert {name.split(".")[0] for name in refused_fields(response)} == {field}


async def test_a_request_is_its_owners(office: Office, make: Make, client_for: ClientFor) -> None:
    asked = await office.ask("erasures", full_name(), dry_run=True)
    colleague = client_for(await make.admin())
    error_of(await colleague.get(f"/privacy/requests/{asked['id']}"), 404)


@pytest.mark.parametrize("what", ["erasures", "exports"])
async def test_a_large_site_is_given_more_time(
    office: Office, admin_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    name, settings = full_name(), office.bench.place.settings
    await write_about(office.client, office.site.id, name)
    monkeypatch.setattr("app.jobs.attempt.LARGE", 6)

    done = await office.done(what, name)

    async with admin_engine.connect() as connection:
        statement = select(Job.rows_total, Job.timeout_seconds).where(Job.id == done["id"])
        row = (await connection.execute(statement)).one()
    assert tuple(row) == (7, settings.job_timeout_large)

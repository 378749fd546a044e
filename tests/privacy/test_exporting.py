"""An export is all that is held on one person, and nothing of anybody else or another site."""

from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of
from tests.factories import Client, Make, body
from tests.privacy.conftest import Office
from tests.privacy.making import full_name, write_about
from tests.reports.making import make_titled_report
from tests.saved_searches.making import make_search


async def lines_of(client: Client, request_id: int) -> list[dict[str, Any]]:
    """The lines of the file of a request that is done."""
    response = await client.get(f"/privacy/requests/{request_id}/download")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/jsonl"
    assert "attachment" in response.headers["content-disposition"]
    assert response.headers["cache-control"] == "no-store"
    return [orjson.loads(line) for line in response.content.splitlines()]


async def test_an_export_about_a_lead_has_the_interactions_and_their_history(
    office: Office, make: Make, client_for: ClientFor
) -> None:
    name, there = full_name(), await make.site()
    elsewhere = client_for(await make.member(there, role=Role.SITE_ADMIN))
    await elsewhere.post("/interactions", json=body(lead=name))
    ids = await write_about(office.client, office.site.id, name)
    await office.client.patch(f"/interactions/{ids[1]}", json={"confidential_notes": "between us"})
    await office.client.post("/interactions", json=body(site_id=office.site.id, lead="Ann Other"))

    done = await office.done("exports", name)

    assert done["person"] == name
    assert done["file"]["name"].endswith(".jsonl")
    lines = await lines_of(office.client, done["id"])
    kinds = [line["kind"] for line in lines]
    assert (kinds.count("interaction"), kinds.count("interaction_change")) == (3, 8)
    assert {line["data"]["site_id"] for line in lines} == {office.site.id}
    told = {line["data"]["id"] for line in lines if line["kind"] == "interaction"}
    assert told == set(ids[1:])  # of the first only history has the name
    assert not any("confidential_notes" in line["data"] for line in lines)


async def test_an_export_about_a_user_has_their_account_and_what_they_did(
    office: Office, api: FastAPI, make: Make, client_for: ClientFor, engine: AsyncEngine
) -> None:
    user = await make.member(office.site, full_name=full_name())
    await make.api_key(api, user, office.site)
    await make_search(engine, user)
    await make_titled_report(api, user, office.site, title="Mine")
    await client_for(user).post("/interactions", json=body())

    done = await office.done("exports", user.id)

    lines = await lines_of(office.client, done["id"])
    kinds = {line["kind"] for line in lines}
    assert kinds >= {"user", "login", "api_key", "membership", "change_made", "saved_search", "job"}
    (account,) = [line["data"] for line in lines if line["kind"] == "user"]
    assert (account["email"], account["full_name"]) == (user.email, user.full_name)
    fields = {field for line in lines for field in line["data"]}
    assert not {field for field in fields if "hash" in field or "secret" in field}


async def test_nothing_known_is_a_file_without_lines(office: Office) -> None:
    done = await office.done("exports", full_name())
    assert await lines_of(office.client, done["id"]) == []


async def test_a_download_is_an_event_and_an_erasure_has_no_file(office: Office) -> None:
    done = await office.done("exports", full_name())
    await lines_of(office.client, done["id"])
    counted = await office.done("erasures", full_name(), dry_run=True)
    error_of(await office.client.get(f"/privacy/requests/{counted['id']}/download"), 409)

    query = f"action=privacy.export_downloaded&site_id={office.site.id}"
    page = (await office.client.get(f"/audit-events?{query}")).json()
    assert [one["subject"] for one in page["audit_events"]] == [f"privacy_request:{done['id']}"]


async def test_a_download_is_for_requests_that_name_no_other_site(
    office: Office, make: Make
) -> None:
    both = {"site_ids": [office.site.id, (await make.site()).id]}
    of_here, of_both = [await office.done("exports", full_name(), **over) for over in ({}, both)]
    here = {"X-Site-Id": str(office.site.id)}

    for done, status in ((of_here, 200), (of_both, 403)):
        path = f"/privacy/requests/{done['id']}/download"
        assert (await office.client.get(path, headers=here)).status_code == status
        assert (await office.client.get(path)).status_code == 200


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("what", ["exports", "erasures"])
async def test_requests_are_for_system_administrators(
    office: Office, make: Make, client_for: ClientFor, role: Role, what: str
) -> None:
    client = client_for(await make.member(office.site, role=role))
    error_of(await client.post(f"/privacy/{what}", json={"person": "John Smith"}), 403)
    asked = {"person": "John Smith", "site_ids": [office.site.id]}
    error_of(await client.post(f"/privacy/{what}", json=asked), 403)

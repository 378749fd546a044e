"""After an erasure the name stands nowhere, but where a legal hold keeps it."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database_errors import sqlstate_of
from app.core.vocabulary import Role
from app.models import User
from app.privacy import erasing, jobs
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, error_of
from tests.factories import Make, body, unique
from tests.identity.totp.authenticator import set_up
from tests.interactions.test_counts import differences
from tests.privacy.conftest import Office
from tests.privacy.making import full_name, status_of, write_about
from tests.privacy.traces import traces
from tests.reports.making import make_schedule, make_titled_report
from tests.saved_searches.making import make_search


async def test_the_name_of_a_lead_stands_nowhere_any_more(
    office: Office, api: FastAPI, make: Make, admin_engine: AsyncEngine, engine: AsyncEngine
) -> None:
    name = full_name()
    ids = await write_about(office.client, office.site.id, name)
    somebody = body(site_id=office.site.id, lead="Ann Other")
    other = await office.client.post("/interactions", json=somebody)
    editor = await make.member(office.site)
    query = {"where": {"field": "lead", "op": "eq", "value": name}}
    for _ in range(2):
        await make_search(
            engine, editor, name=unique(name), query=query, shared_with=office.site.id
        )
    report_id = await make_titled_report(api, editor, office.site, title=f"About {name}")
    await office.done("exports", name)
    assert await traces(admin_engine, name)

    seen = await office.done("erasures", name, dry_run=True)
    assert (await traces(admin_engine, name))["interactions.lead"] == 1
    done = await office.done("erasures", name)

    assert await traces(admin_engine, name) == {}
    assert seen["outcome"] | {"kept_by_people": 0} == done["outcome"] | {"kept_by_people": 0}
    assert done["outcome"]["interactions"] == 3  # the first had the name before
    assert done["outcome"]["changes"] == 7
    assert (done["person"], seen["person"]) == ("[erased]", name)
    found = (await office.client.get(f"/interactions/{ids[1]}")).json()
    assert (found["lead"], found["title"]) == ("[erased]", "A visit to [erased]")
    assert found["notes"] == "[erased] was there"
    untouched = (await office.client.get(f"/interactions/{other.json()['id']}")).json()
    assert untouched == other.json()
    assert await status_of(admin_engine, report_id) == "expired"  # and its file goes
    scope = SiteScope(0, {office.site.id: Role.VIEWER})
    assert await differences(admin_engine, scope) == []


async def test_history_says_that_something_was_erased_by_whom_and_not_what(office: Office) -> None:
    name = full_name()
    (_, row_id, *_) = await write_about(office.client, office.site.id, name)

    await office.done("erasures", name)

    page = (await office.client.get(f"/interactions/{row_id}/history")).json()
    erased, changed, created = page["history"]
    assert (erased["change_type"], erased["version"], erased["changes"]) == ("UPDATE", 3, {})
    assert erased["changed_by"]["id"] == office.admin.id
    assert erased["before_state"] == erased["after_state"]
    assert changed["changes"] == {"notes": {"old": None, "new": "[erased] was there"}}
    assert created["after_state"]["lead"] == "[erased]"
    assert created["after_state"]["start_datetime"] == "2026-06-12T14:00:00Z"
    assert created["changes"]["type"] == {"old": None, "new": "MEETING"}


async def test_going_back_to_an_earlier_version_does_not_bring_the_name_back(
    office: Office, admin_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = full_name()
    first, *_ = await write_about(office.client, office.site.id, name)
    path, redact = f"/interactions/{first}", erasing.redact_history
    brought_back: list[bool] = []

    async def go_back_and_redact(*given: Any, **by: Any) -> tuple[int, int | None]:
        if not brought_back:
            response = await office.client.post(f"{path}/restore", json={"version": 1})
            brought_back.append(name in response.text)
        return await redact(*given, **by)

    monkeypatch.setattr(jobs, "redact_history", go_back_and_redact)
    await office.done("erasures", name)

    assert brought_back == [True]
    assert await traces(admin_engine, name) == {}
    response = await office.client.post(f"{path}/restore", json={"version": 1})
    assert response.status_code == 200, response.text
    assert await traces(admin_engine, name) == {}


async def test_what_is_held_stays_as_it_is_and_is_counted(
    office: Office, admin_engine: AsyncEngine
) -> None:
    name = full_name()
    ids = await write_about(office.client, office.site.id, name)
    path = f"/interactions/{ids[1]}"
    await office.client.patch(path, json={"legal_hold": True})
    before = (await office.client.get(path)).json()
    history = (await office.client.get(f"{path}/history")).json()

    done = await office.done("erasures", name)

    assert done["outcome"]["held"] == 1
    assert (await office.client.get(path)).json() == before
    assert (await office.client.get(f"{path}/history")).json() == history
    left = await traces(admin_engine, name)
    assert {table.split(".")[0] for table in left} == {"interactions", "interaction_changes"}
    assert left["interactions.title"] == 1
    await office.client.patch(path, json={"legal_hold": False})
    await office.done("erasures", name)
    assert await traces(admin_engine, name) == {}


async def test_confidential_notes_are_erased_too(office: Office) -> None:
    name = full_name()
    noted = body(site_id=office.site.id, confidential_notes=f"Between {name} and us")
    held, row = [(await office.client.post("/interactions", json=noted)).json() for _ in range(2)]
    await office.client.patch(f"/interactions/{held['id']}", json={"legal_hold": True})

    seen = await office.done("erasures", name, dry_run=True)
    done = await office.done("erasures", name)

    assert seen["outcome"]["confidential_notes"] == done["outcome"]["confidential_notes"] == 1
    read = [(await office.client.get(f"/interactions/{one['id']}")).json() for one in (row, held)]
    assert [one["confidential_notes"] for one in read] == [
        "Between [erased] and us",
        f"Between {name} and us",
    ]
    assert [one["version"] for one in read] == [2, 2]


async def test_another_site_keeps_what_it_has(
    office: Office, make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    name, there = full_name(), await make.site()
    elsewhere = client_for(await make.member(there, role=Role.SITE_ADMIN))
    theirs = (await elsewhere.post("/interactions", json=body(lead=name))).json()
    await write_about(office.client, office.site.id, name)

    done = await office.done("erasures", name)

    assert done["site_ids"] == [office.site.id]
    assert (await elsewhere.get(f"/interactions/{theirs['id']}")).json() == theirs
    assert await traces(admin_engine, name) == {
        "interactions.lead": 1,
        "interaction_changes.after_state": 1,
        "interaction_changes.changes": 1,
    }


async def test_an_erasure_that_was_killed_goes_on_where_it_was(
    office: Office, admin_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)  # long enough to be seen at work on a busy machine
    name = full_name()
    for _ in range(3):
        await write_about(office.client, office.site.id, name)
    asked = await office.ask("erasures", name)

    runs = 0
    while await status_of(admin_engine, asked["id"]) == "queued":
        runs += 1
        before = await traces(admin_engine, name)
        run = asyncio.create_task(office.bench.run(asked["id"]))
        while not run.done() and await traces(admin_engine, name) == before:  # noqa: ASYNC110
            await asyncio.sleep(0)
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run

    assert runs > 1
    assert await traces(admin_engine, name) == {}
    async with admin_engine.connect() as connection:
        statement = text(
            "SELECT sum((details->>'interactions')::int) FROM app.audit_events"
            " WHERE action = 'privacy.person_erased' AND site_id = :site_id"
        )
        assert await connection.scalar(statement, {"site_id": office.site.id}) == 9
    assert await differences(admin_engine, SiteScope(0, {office.site.id: Role.VIEWER})) == []


async def test_a_user_is_erased_with_all_that_was_theirs(
    office: Office,
    api: FastAPI,
    make: Make,
    client_for: ClientFor,
    engine: AsyncEngine,
    admin_engine: AsyncEngine,
) -> None:
    name = full_name()
    user = await make.member(office.site, full_name=name)
    client = client_for(user)
    await set_up(client)
    await make.api_key(api, user, office.site)
    await make_search(engine, user, name=f"Mine, {name}", query={"q": user.email})
    await make_schedule(engine, user, title=f"For {name}")
    await make_titled_report(api, user, office.site, title=name)
    own = (await client.post("/interactions", json=body(lead=name))).json()
    await office.client.post("/interactions", json=body(site_id=office.site.id, notes=user.email))

    done = await office.done("erasures", user.id)

    for words in (name, user.email, user.username):
        assert await traces(admin_engine, words) == {}
    assert done["outcome"]["is_account"] is True
    left = (await office.client.get(f"/users/{user.id}")).json()
    assert (left["full_name"], left["is_active"]) == ("[erased]", False)
    assert (left["username"], left["email"]) == (
        f"erased-{user.id}",
        f"erased-{user.id}@erased.invalid",
    )
    api.state.authenticator.callers.forget_all()
    error_of(await client.get("/interactions"), 401)
    found = (await office.client.get(f"/interactions/{own['id']}?include=creator")).json()
    assert (found["created_by"], found["creator"]["full_name"]) == (user.id, "[erased]")
    members = (await office.client.get(f"/sites/{office.site.id}/members")).json()["members"]
    assert user.id not in [member["user_id"] for member in members]


async def test_a_dry_run_about_a_user_changes_nothing(office: Office, make: Make) -> None:
    user = await make.member(office.site)
    before = (await office.client.get(f"/users/{user.id}")).json()

    done = await office.done("erasures", user.id, dry_run=True)

    assert done["outcome"]["is_account"] is False
    assert (await office.client.get(f"/users/{user.id}")).json() == before


async def test_who_is_no_administrator_any_more_erases_nothing(
    office: Office, admin_engine: AsyncEngine
) -> None:
    name = full_name()
    await write_about(office.client, office.site.id, name)
    asked = await office.ask("erasures", name)
    async with admin_engine.begin() as connection:
        demoted = update(User).where(User.id == office.admin.id).values(is_system_admin=False)
        await connection.execute(demoted)
    before = await traces(admin_engine, name)

    await office.bench.run(asked["id"])

    assert await status_of(admin_engine, asked["id"]) == "failed"
    assert await traces(admin_engine, name) == before


async def test_what_was_asked_and_erased_are_events_without_the_name(
    office: Office, admin_engine: AsyncEngine
) -> None:
    name = full_name()
    await write_about(office.client, office.site.id, name)
    done = await office.done("erasures", name)

    page = (await office.client.get(f"/audit-events?page_size=100&site_id={office.site.id}")).json()

    about = [one for one in page["audit_events"] if one["action"].startswith("privacy.")]
    assert [(one["action"], one["details"]) for one in reversed(about)] == [
        ("privacy.erasure_requested", {"sites": 1}),
        ("privacy.person_erased", {"interactions": 3}),
        ("privacy.person_erased", {"changes": 7}),
    ]
    assert {one["subject"] for one in about} == {f"privacy_request:{done['id']}"}
    assert {one["actor"]["id"] for one in about} == {office.admin.id}


async def test_history_cannot_be_changed_otherwise_nor_at_another_site(
    office: Office,
    make: Make,
    client_for: ClientFor,
    engine: AsyncEngine,
    admin_engine: AsyncEngine,
) -> None:
    name, there = full_name(), await make.site()
    elsewhere = client_for(await make.member(there, role=Role.SITE_ADMIN))
    await elsewhere.post("/interactions", json=body(lead=name))
    scope = SiteScope(0, {office.site.id: Role.SITE_ADMIN})

    async with scoped_session(engine, scope) as session:
        redact = text("SELECT redacted FROM app.redact_history(:site_id, '.*', 0, 100)")
        assert await session.scalar(redact, {"site_id": there.id}) == 0
    with pytest.raises(DBAPIError) as refusal:
        async with scoped_session(engine, scope) as session:
            await session.execute(text("UPDATE app.interaction_changes SET changes = '{}'"))

    assert sqlstate_of(refusal.value) == "42501"
    assert (await traces(admin_engine, name))["interaction_changes.after_state"] == 1

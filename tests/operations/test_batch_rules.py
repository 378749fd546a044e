"""Every rule of the single calls holds for each item of a batch."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import AuditEvent, Site
from tests.desk import ClientFor, Desk, Json, error_of
from tests.factories import Client, Make, body, session_headers
from tests.operations.batches import create, delete, done, partly, send, statuses, update
from tests.starting import started

FOREIGN = "This interaction is not of one of your sites"


async def denials_at(admin_engine: AsyncEngine, site: Site) -> list[tuple[int | None, str | None]]:
    """Who was refused what at a site."""
    events = AuditEvent.__table__
    found = (
        select(events)
        .where(events.c.site_id == site.id, events.c.action == "access_denied")
        .order_by(events.c.id)
    )
    async with admin_engine.connect() as connection:
        rows = (await connection.execute(found)).all()
    assert all(row.details["operation"] == "batchInteractions" for row in rows)
    return [(row.actor_id, row.subject) for row in rows]


def errors_of(answer: Json) -> list[str | None]:
    """The messages of an answer's refusals."""
    return [result.get("error", {}).get("message") for result in answer["results"]]


async def test_who_may_write_nowhere_is_refused_as_a_whole(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    row = await desk.create()
    viewer = client_for(await make.member(desk.site, role=Role.VIEWER))
    for client in (viewer, client_for(await make.user())):
        for mode in ("partial", "atomic"):
            error_of(await send(client, {"op": "no"}, delete(row), mode=mode), 403)
    error_of(await send(client_for(), create()), 401)


async def test_roles_count_at_the_site_of_each_item(
    make: Make, desk: Desk, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    read_only = await make.site()
    await make.membership(read_only, desk.user, Role.VIEWER)
    theirs = await make.interaction(read_only, await make.member(read_only))
    colleagues = await make.interaction(desk.site, await make.member(desk.site))

    answer = await partly(
        desk.client,
        create(site_id=desk.site.id),
        create(site_id=read_only.id, title=""),
        update({"id": theirs.id}, {"location": "B"}),
        update({"id": colleagues.id}, {"location": "B"}),
        delete({"id": colleagues.id}),
        create(),
    )

    assert statuses(answer) == [201, 403, 403, 200, 403, 422]
    assert errors_of(answer)[4] == "An editor may delete only what they created"
    assert answer["results"][5]["error"]["details"] == {"site_id": "Site is required"}
    assert await denials_at(admin_engine, read_only) == [(desk.user.id, None)] * 2
    assert await denials_at(admin_engine, desk.site) == [(desk.user.id, None)]


@pytest.fixture
async def concealing(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application where ids of other sites are concealed."""
    async with started(settings.model_copy(update={"conceal_foreign_ids": True})) as app:
        yield app


async def test_another_sites_row_is_refused_and_its_site_is_told(
    make: Make, desk: Desk, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    theirs = await make.interaction(site, await make.member(site))
    row = {"id": theirs.id}

    answer = await partly(desk.client, update(row, {"location": "B"}), create(), delete(row))

    assert statuses(answer) == [403, 201, 403]
    assert errors_of(answer) == [FOREIGN, None, FOREIGN]
    told = (desk.user.id, f"interaction:{theirs.id}")
    assert await denials_at(admin_engine, site) == [told] * 2

    refused = await send(desk.client, create(), delete(row), mode="atomic")
    assert error_of(refused, 422)["details"] == {"items.1": FOREIGN}
    assert await denials_at(admin_engine, site) == [told] * 3
    assert (await desk.listed())["total"] == 1


async def test_a_concealed_row_is_answered_like_one_that_is_nowhere(
    make: Make, desk: Desk, concealing: FastAPI, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    theirs = await make.interaction(site, await make.member(site))
    headers = {"Authorization": f"Bearer {make.token(concealing, desk.user)}"}
    transport = httpx.ASGITransport(concealing)
    async with Client(
        transport=transport, base_url="http://test/api/v1", headers=headers
    ) as client:
        answers = [await partly(client, delete({"id": one})) for one in (theirs.id, 2**62)]

    assert answers[0] == answers[1]
    assert statuses(answers[0]) == [404]
    told = [(desk.user.id, f"interaction:{theirs.id}")]
    assert await denials_at(admin_engine, site) == told


async def test_a_row_of_a_site_that_the_request_leaves_out_is_nowhere(
    make: Make, desk: Desk, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    row = await make.interaction(other, desk.user)
    narrowed = client_for(desk.user, **{"X-Site-ID": str(desk.site.id)})

    answer = await partly(narrowed, delete({"id": row.id}), create(site_id=other.id), create())

    assert statuses(answer) == [404, 403, 201]
    assert await denials_at(admin_engine, other) == []


async def test_an_inactive_site_takes_no_item(make: Make, client_for: ClientFor) -> None:
    site, asleep = await make.site(), await make.site(is_active=False)
    admin = client_for(await make.admin())
    row = await make.interaction(asleep, await make.member(asleep))

    answer = await partly(
        admin,
        create(site_id=asleep.id),
        update({"id": row.id}, {"location": "B"}),
        delete({"id": row.id}),
        create(site_id=site.id),
        create(site_id=2**31 - 1),
    )

    assert statuses(answer) == [409, 409, 409, 201, 422]


async def test_versions_are_looked_at_in_both_places_and_told_of(desk: Desk) -> None:
    row = await desk.create()
    await desk.client.patch(f"/interactions/{row['id']}", json={"location": "B"})

    answer = await partly(
        desk.client,
        update(row, {"notes": "N"}, if_version=1),
        update(row, {"notes": "N", "version": 1}),
        delete(row, if_version=3),
        update(row, {"notes": "N", "version": 2}, if_version=2),
    )

    assert statuses(answer) == [412, 412, 412, 200]
    details = answer["results"][0]["error"]["details"]
    assert details["version"] == 2
    assert [(one["version"], one["fields"]) for one in details["changes"]] == [(2, ["location"])]
    assert details["changes"][0]["changed_by"]["id"] == desk.user.id


async def test_read_only_fields_confidential_notes_and_holds_are_as_in_single_calls(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    colleague = client_for(await make.member(desk.site))
    row = await desk.create(confidential_notes="Between us")
    changes: list[Json] = [
        {"created_by": desk.user.id + 1},
        {"confidential_notes": "Mine now"},
        {"legal_hold": True},
        {"location": "B"},
    ]

    refused = await partly(colleague, *[update(row, change) for change in changes])
    told = await done(admin, *[update(row, change) for change in changes[1:]])
    created = await partly(colleague, create(confidential_notes="Mine"), create(legal_hold=True))

    assert statuses(refused) == [422, 422, 403, 200]
    assert refused["results"][1]["error"]["details"].keys() == {"confidential_notes"}
    assert statuses(told) == [200] * 3
    assert statuses(created) == [201, 422]
    read = (await admin.get(f"/interactions/{row['id']}")).json()
    assert (read["confidential_notes"], read["legal_hold"]) == ("Mine now", True)
    mine = (await colleague.get(f"/interactions/{created['results'][0]['id']}")).json()
    assert mine["confidential_notes"] == "Mine"


async def test_times_without_an_offset_are_read_in_the_zone_of_the_item(desk: Desk) -> None:
    row = await desk.create(timezone="Asia/Tokyo")
    skipped = {"start_datetime": "2026-10-25T02:30:00", "end_datetime": "2026-10-25T04:00:00"}

    answer = await partly(
        desk.client,
        create(start_datetime="2026-06-12T14:00:00", end_datetime="2026-06-12T15:00:00"),
        create(**skipped),
        update(row, {"end_datetime": "2026-06-13T09:00:00"}),
        update(row, {"end_datetime": "2026-06-12T09:00:00"}),
    )

    assert statuses(answer) == [201, 422, 200, 422]
    assert answer["results"][3]["error"]["details"].keys() == {"end_datetime"}
    starts = {one["id"]: one for one in (await desk.listed())["interactions"]}
    assert starts[answer["results"][0]["id"]]["start_datetime"] == "2026-06-12T12:00:00Z"
    assert starts[row["id"]]["end_datetime"] == "2026-06-13T00:00:00Z"


async def test_an_external_id_is_given_once_at_each_site(make: Make, desk: Desk) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    here, there = {"site_id": desk.site.id}, {"site_id": other.id}
    stored = await desk.create(external_id="a", **here)
    row = await desk.create(**here)

    answer = await partly(
        desk.client,
        create(external_id="a", **here),
        create(external_id=" b", **here),
        create(external_id="b", **here),
        create(external_id="a", **there),
        create(external_id=None, **here),
        update(row, {"external_id": "a", "location": "B"}),
        update(row, {"external_id": "b"}),
        update(row, {"location": "C"}),
        update(stored, {"external_id": None}),
        update(row, {"external_id": "a"}),
    )

    assert statuses(answer) == [409, 201, 409, 201, 201, 409, 409, 200, 200, 200]
    for index in (0, 2, 5, 6):
        assert answer["results"][index]["error"] == {
            "code": "conflict",
            "message": "External id is taken already",
            "details": {"external_id": "External id is taken already"},
        }
    changed = (await desk.client.get(f"/interactions/{row['id']}")).json()
    assert (changed["external_id"], changed["location"], changed["version"]) == ("a", "C", 3)
    changes = [change["changes"].keys() for change in await desk.history(row["id"])]
    assert changes[:2] == [{"external_id"}, {"location"}]


async def test_a_browser_session_owes_no_version(
    api: FastAPI, desk: Desk, client_for: ClientFor
) -> None:
    row = await desk.create()
    page = client_for(**await session_headers(api, desk.user))
    error_of(await page.put(f"/interactions/{row['id']}", json=body()), 428)

    answer = await done(page, update(row, {"location": "B"}), delete(row))

    assert statuses(answer) == [200, 204]


async def test_a_machine_does_what_its_key_allows(
    api: FastAPI, make: Make, desk: Desk, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    elsewhere = await make.interaction(other, desk.user)
    _, reads = await make.api_key(api, desk.user, desk.site)
    _, writes = await make.api_key(api, desk.user, desk.site, role=Role.EDITOR)

    error_of(await send(client_for(Authorization=f"Bearer {reads}"), create()), 403)
    machine = client_for(Authorization=f"Bearer {writes}")
    answer = await partly(machine, create(), delete({"id": elsewhere.id}))

    assert statuses(answer) == [201, 403]
    assert await denials_at(admin_engine, other) == [(desk.user.id, f"interaction:{elsewhere.id}")]

"""`GET /audit-events`: who sees what."""

from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions.repository import update_interactions
from app.models import Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.audit_events.conftest import Stored
from tests.desk import ClientFor, Json, error_of
from tests.factories import Client, Make, body, unique


async def events(client: Client, query: str = "") -> list[Json]:
    response = await client.get(f"/audit-events?page_size=100&{query}")
    assert response.status_code == 200, response.text
    found: list[Json] = response.json()["audit_events"]
    return found


def actions(found: list[Json]) -> list[str]:
    """What was done, the reading of the audit aside."""
    return [event["action"] for event in found if event["action"] != "audit.read"]


async def add_member(client: Client, site: Site, user: User) -> None:
    response = await client.post(
        f"/sites/{site.id}/members", json={"user_id": user.id, "role": "viewer"}
    )
    assert response.status_code == 201, response.text


async def test_a_site_admin_sees_the_sites_that_they_administer(
    make: Make, client_for: ClientFor
) -> None:
    own, also_own, merely_member, foreign = [await make.site() for _ in range(4)]
    admin = await make.member(own, also_own, role=Role.SITE_ADMIN)
    await make.membership(merely_member, admin, Role.EDITOR)
    boss = client_for(await make.admin())
    for site in (own, also_own, merely_member, foreign):
        await add_member(boss, site, await make.user())

    found = await events(client_for(admin))

    assert {event["site_id"] for event in found} == {own.id, also_own.id}
    assert actions(found) == ["member.added"] * 2


async def test_a_system_admin_sees_all_sites_and_what_belongs_to_none(
    make: Make, client_for: ClientFor
) -> None:
    site, admin, person = await make.site(), await make.admin(), await make.user()
    client = client_for(admin)
    await add_member(client, site, person)
    name = unique("hired")
    await client.post(
        "/users", json={"username": name, "email": f"{name}@example.org", "full_name": "Hired"}
    )

    found = await events(client, f"user_id={admin.id}")

    assert [(event["action"], event["site_id"]) for event in found] == [
        ("user.created", None),
        ("member.added", site.id),
    ]


async def test_who_administers_nothing_is_refused(make: Make, client_for: ClientFor) -> None:
    editor = await make.member(await make.site())
    for user in (editor, await make.user()):
        error_of(await client_for(user).get("/audit-events"), 403)


async def test_a_site_that_is_named_has_to_be_administered(
    make: Make, client_for: ClientFor
) -> None:
    own, merely_member, foreign = [await make.site() for _ in range(3)]
    admin = await make.member(own, role=Role.SITE_ADMIN)
    await make.membership(merely_member, admin, Role.EDITOR)

    for site in (merely_member, foreign):
        for query, headers in ((f"site_id={site.id}", {}), ("", {"X-Site-ID": str(site.id)})):
            response = await client_for(admin, **headers).get(f"/audit-events?{query}")
            error_of(response, 403)
    both = f"site_id={own.id}&site_id={merely_member.id}"
    error_of(await client_for(admin).get(f"/audit-events?{both}"), 403)


async def test_a_named_site_leaves_out_all_others_and_what_belongs_to_none(
    make: Make, client_for: ClientFor
) -> None:
    one, other = await make.site(), await make.site()
    admin = await make.admin()
    for site in (one, other):
        await add_member(client_for(admin), site, await make.user())

    for found in (
        await events(client_for(admin), f"site_id={one.id}"),
        await events(client_for(admin, **{"X-Site-ID": str(one.id)})),
    ):
        assert {event["site_id"] for event in found} == {one.id}
        assert "member.added" in actions(found)


async def test_a_key_sees_what_its_role_and_its_sites_allow(
    api: FastAPI, make: Make, client_for: ClientFor
) -> None:
    site, other = await make.site(), await make.site()
    boss = await make.admin()
    for place in (site, other):
        await add_member(client_for(boss), place, await make.user())
    _, viewer = await make.api_key(api, boss, site)
    row, key = await make.api_key(api, boss, site, role=Role.SITE_ADMIN)

    error_of(await client_for(Authorization=f"Bearer {viewer}").get("/audit-events"), 403)
    client = client_for(Authorization=f"Bearer {key}")
    await client.post(
        f"/sites/{site.id}/members", json={"user_id": (await make.user()).id, "role": "viewer"}
    )
    found = await events(client)

    assert {event["site_id"] for event in found} == {site.id}
    assert found[0]["action"] == "member.added"
    assert (found[0]["api_key_id"], found[0]["actor"]["id"]) == (row.id, boss.id)
    assert found[1]["api_key_id"] is None


async def test_changes_of_interactions_are_shown_without_any_text(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    admin = await make.member(site, role=Role.SITE_ADMIN, full_name="Ada Admin")
    client, word = client_for(admin), unique("secret")
    row = (await client.post("/interactions", json=body(title=word, notes=word))).json()
    await client.patch(f"/interactions/{row['id']}", json={"title": f"{word} again"})
    await client.delete(f"/interactions/{row['id']}")

    found = await events(client)

    assert [(event["action"], event["details"]["version"]) for event in found] == [
        ("interaction.deleted", 3),
        ("interaction.updated", 2),
        ("interaction.created", 1),
    ]
    for event in found:
        assert event["subject"] == f"interaction:{row['id']}"
        assert event["actor"] == {"id": admin.id, "full_name": "Ada Admin"}
        assert event["site_id"] == site.id
    assert word not in str(found)


async def test_a_change_tells_of_the_operation_that_it_was_part_of(
    make: Make, client_for: ClientFor, engine: AsyncEngine
) -> None:
    site, operation_id = await make.site(), uuid4()
    admin = await make.member(site, role=Role.SITE_ADMIN)
    row = await make.interaction(site, admin)
    scope = SiteScope(user_id=admin.id, roles={site.id: Role.EDITOR})
    async with scoped_session(engine, scope) as session:
        row = await session.merge(row)
        await update_interactions(session, [(row, {"location": "B"})], operation_id=operation_id)

    found = await events(client_for(admin))

    assert found[0]["details"] == {"version": 2, "operation_id": str(operation_id)}
    assert found[1]["details"] == {"version": 1, "operation_id": None}


async def test_the_filters_leave_what_they_say(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    admin, helper = [await make.member(site, role=Role.SITE_ADMIN) for _ in range(2)]
    client = client_for(admin)
    await make.interaction(site, helper)
    await add_member(client_for(helper), site, await make.user())
    await client.put(f"/sites/{site.id}", json={"name": unique("Site"), "timezone": "UTC"})

    async def found(query: str) -> list[str]:
        return actions(await events(client, query))

    assert await found(f"user_id={helper.id}") == ["member.added", "interaction.created"]
    assert await found(f"user_id={admin.id}") == ["site.updated"]
    assert await found("action=interaction.created") == ["interaction.created"]
    assert await found("action=interaction.deleted") == []
    assert await found("action=site.updated&action=interaction.created") == [
        "site.updated",
        "interaction.created",
    ]
    assert await found("to=2020-01-01") == []
    assert await found("from=2199-01-01") == []
    assert len(await found("from=2020-01-01&to=2199-01-01T00:00:00Z")) == 3
    newest = (await events(client, "action=site.updated"))[0]["at"]
    assert await found(f"from={newest}") == ["site.updated"]
    assert await found(f"to={newest}&action=site.updated") == ["site.updated"]


async def test_filters_that_cannot_be_read_are_refused(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.member(await make.site(), role=Role.SITE_ADMIN))

    async def refused(query: str) -> Json:
        details: Json = error_of(await client.get(f"/audit-events?{query}"), 400)["details"]
        return details

    assert "site.updated" in str(await refused("action=site.update"))
    assert "from" in await refused("from=yesterday")
    assert "to" in await refused("from=2026-02-01&to=2026-01-01")
    assert "user_id" in await refused("user_id=0")
    assert "from_" in await refused("from_=2026-01-01")


async def test_reading_is_itself_an_event_of_each_site(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    sites, request_id = [await make.site() for _ in range(3)], unique("reading")
    admin = await make.member(*sites, role=Role.SITE_ADMIN)

    await client_for(admin, **{"X-Request-ID": request_id}).get("/audit-events")

    left = await stored(request_id)
    assert {(event["action"], event["site_id"], event["actor_id"]) for event in left} == {
        ("audit.read", site.id, admin.id) for site in sites
    }
    assert len(left) == 3


async def test_a_system_admins_reading_is_an_event_of_the_system(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    site, other, admin = await make.site(), await make.site(), await make.admin()

    async def left_by(query: str) -> Json:
        request_id = unique("reading")
        await client_for(admin, **{"X-Request-ID": request_id}).get(f"/audit-events?{query}")
        (event,) = await stored(request_id)
        return event

    everywhere = await left_by("")
    assert (everywhere["action"], everywhere.get("site_id")) == ("audit.read", None)
    assert everywhere["details"]["sites"] >= 2
    at_one = await left_by(f"site_id={site.id}")
    assert (at_one["action"], at_one["site_id"]) == ("audit.read", site.id)
    at_two = await left_by(f"site_id={site.id}&site_id={other.id}")
    assert at_two["details"] == {"sites": 2}


async def test_a_refused_reading_is_no_reading(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    request_id, user = unique("reading"), await make.user()
    await client_for(user, **{"X-Request-ID": request_id}).get("/audit-events")
    assert [event["action"] for event in await stored(request_id)] == ["access_denied"]

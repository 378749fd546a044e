"""Every 403 of somebody whom we know is an event: of the site it is about, else of the system."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.config import Settings
from app.core.database import create_engine
from app.core.vocabulary import Role
from app.models import User
from tests.audit_events.conftest import Stored
from tests.conftest import MakeMigrated, Servers
from tests.desk import ClientFor, Json, error_of
from tests.factories import Make, body, session_headers, unique
from tests.own_app import own_app

Call = tuple[str, str, Json | None]
Denied = Callable[..., Awaitable[Json]]


def new_site() -> Json:
    return {"name": unique("Site"), "timezone": "UTC"}


@pytest.fixture
def denied(client_for: ClientFor, stored: Stored) -> Denied:
    """The one event that a refused call leaves behind."""

    async def call_and_look(user: User | None, call: Call, **headers: str) -> Json:
        method, path, content = call
        client = client_for(user, **headers, **{"X-Request-ID": unique("denied")})
        response = await client.request(method, path, json=content)
        error_of(response, 403)
        (event,) = await stored(response.headers["X-Request-ID"])
        assert event["action"] == "access_denied"
        assert event["address"] == "127.0.0.0/24"
        return event

    return call_and_look


async def test_a_role_that_is_too_low_is_an_event_of_the_site(make: Make, denied: Denied) -> None:
    site = await make.site()
    viewer, editor = await make.member(site, role=Role.VIEWER), await make.member(site)
    row = await make.interaction(site, await make.member(site))
    one = f"/interactions/{row.id}"
    calls: list[tuple[User, Call, str]] = [
        (viewer, ("PATCH", one, {"location": "B"}), "updateInteraction"),
        (viewer, ("DELETE", one, None), "deleteInteraction"),
        (editor, ("DELETE", one, None), "deleteInteraction"),
        (editor, ("GET", f"/sites/{site.id}/members", None), "listMembers"),
        (editor, ("GET", f"/audit-events?site_id={site.id}", None), "listAuditEvents"),
    ]
    for user, call, operation in calls:
        event = await denied(user, call)
        assert (event["site_id"], event["actor_id"]) == (site.id, user.id)
        assert event["details"] == {"operation": operation}


async def test_activating_a_site_is_refused_at_the_site(make: Make, denied: Denied) -> None:
    site = await make.site()
    admin = await make.member(site, role=Role.SITE_ADMIN)
    content = new_site() | {"is_active": False}
    event = await denied(admin, ("PUT", f"/sites/{site.id}", content))
    assert event["site_id"] == site.id


async def test_a_site_that_is_none_of_the_callers_is_not_told_whether_it_exists_or_not(
    make: Make, denied: Denied
) -> None:
    user, foreign = await make.member(await make.site()), await make.site()
    for named in (foreign.id, 2**31 - 1):
        calls: list[Call] = [
            ("GET", f"/sites/{named}", None),
            ("GET", f"/interactions?site_id={named}", None),
            ("POST", "/interactions", body(site_id=named)),
        ]
        for call in calls:
            event = await denied(user, call)
            assert "site_id" not in event  # it is one of the system
            assert event["details"]["site_id"] == named
        event = await denied(user, ("GET", "/sites", None), **{"X-Site-ID": str(named)})
        assert event["details"] == {"operation": "listSites", "site_id": named}


async def test_what_is_for_system_administrators_is_refused_at_no_site(
    make: Make, denied: Denied
) -> None:
    admin = await make.member(await make.site(), role=Role.SITE_ADMIN)
    event = await denied(admin, ("POST", "/sites", new_site()))
    assert "site_id" not in event
    assert event["details"] == {"operation": "createSite"}
    assert event["actor_id"] == admin.id


async def test_a_key_that_may_not_is_named(api: FastAPI, make: Make, denied: Denied) -> None:
    site = await make.site()
    owner = await make.member(site, role=Role.SITE_ADMIN)
    row, key = await make.api_key(api, owner, site)
    call = ("GET", "/auth/sessions", None)
    event = await denied(None, call, Authorization=f"Bearer {key}")
    assert (event["actor_id"], event["api_key_id"]) == (owner.id, row.id)


async def test_a_forged_request_is_an_event_of_who_was_to_send_it(
    api: FastAPI, make: Make, denied: Denied
) -> None:
    user = await make.member(await make.site())
    headers = await session_headers(api, user)
    for forged in ({"X-CSRF-Token": "guessed"}, {"Sec-Fetch-Site": "cross-site"}):
        call = ("POST", "/interactions", body())
        event = await denied(None, call, **(headers | forged))
        assert (event["actor_id"], event["details"]) == (
            user.id,
            {"operation": "createInteraction"},
        )


async def test_a_row_of_another_site_is_told_to_that_site_once(make: Make, denied: Denied) -> None:
    stranger, site = await make.member(await make.site()), await make.site()
    row = await make.interaction(site, await make.member(site))
    event = await denied(stranger, ("GET", f"/interactions/{row.id}", None))
    assert (event["site_id"], event["subject"]) == (site.id, f"interaction:{row.id}")


async def test_other_refusals_leave_nothing(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    editor = await make.member(await make.site())
    client = client_for(editor)
    for response in (
        await client_for().get("/sites"),
        await client_for().post(
            "/auth/session",
            json={"username": "x", "password": "y"},
            headers={"Sec-Fetch-Site": "cross-site"},
        ),
        await client.get("/interactions?page=x"),
        await client.get(f"/interactions/{2**62}"),
        await client.get("/audit-events?page=x"),
    ):
        assert response.is_client_error
        assert await stored(response.headers["X-Request-ID"]) == []


@asynccontextmanager
async def owner_of(api: FastAPI, servers: Servers) -> AsyncIterator[AsyncConnection]:
    """A connection to an application's database of somebody who may do all."""
    name = api.state.engine.url.database
    engine = create_engine(servers.admin_url.set(database=name), pool_size=1)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def test_what_the_database_refuses_is_told_too(
    make_migrated: MakeMigrated, settings: Settings, servers: Servers
) -> None:
    async with own_app(make_migrated, settings) as own:
        user = await own.make.member(await own.make.site())
        async with owner_of(own.api, servers) as owner:
            await owner.execute(text("REVOKE INSERT ON app.interactions FROM ims_app"))
        async with own.client(user) as client:
            error_of(await client.post("/interactions", json=body()), 403)
        async with owner_of(own.api, servers) as owner:
            found = await owner.execute(text("SELECT action, actor_id FROM app.system_events"))
            assert [tuple(event) for event in found] == [("access_denied", user.id)]


async def test_a_refusal_stays_one_when_it_cannot_be_written_down(
    make_migrated: MakeMigrated, settings: Settings, servers: Servers
) -> None:
    async with own_app(make_migrated, settings) as own:
        user = await own.make.member(await own.make.site())
        async with owner_of(own.api, servers) as owner:
            await owner.execute(text("REVOKE INSERT ON app.system_events FROM ims_app"))
        async with own.client(user) as client:
            error_of(await client.post("/sites", json=new_site()), 403)


async def test_a_refusal_stays_one_when_the_database_is_away(
    make_migrated: MakeMigrated,
    settings: Settings,
    admin_engine: AsyncEngine,
) -> None:
    async with own_app(make_migrated, settings) as own:
        user = await own.make.member(await own.make.site())
        name = {"name": own.api.state.engine.url.database}
        async with own.client(user) as client, admin_engine.connect() as connection:
            shut = "UPDATE pg_database SET datallowconn = false WHERE datname = :name"
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            assert (await client.get("/sites")).status_code == 200  # is remembered for a second
            await connection.execute(text(shut), name)
            await connection.commit()
            await connection.execute(text(cut), name)
            await connection.commit()
            error_of(await client.post("/sites", json=new_site()), 403)
            assert (await client.get("/sites")).is_server_error  # or it was not away

"""What logging in leaves behind for those who look after the service."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import ClientFor, Json
from tests.factories import PASSWORD, Client, Make, unique

EventsOf = Callable[[str], Awaitable[list[Json]]]


@pytest.fixture
def nobody(client_for: ClientFor) -> Client:
    return client_for()


@pytest.fixture
def events_of(admin_engine: AsyncEngine) -> EventsOf:
    """The system events of one request id."""

    async def events(request_id: str) -> list[Json]:
        statement = text("SELECT * FROM app.system_events WHERE request_id = :id ORDER BY id")
        async with admin_engine.connect() as connection:
            rows = await connection.execute(statement, {"id": request_id})
            return [dict(row) for row in rows.mappings()]

    return events


async def test_every_step_of_a_login_is_an_event(
    make: Make, nobody: Client, events_of: EventsOf
) -> None:
    user, request_id = await make.user(), unique("login")
    headers = {"X-Request-ID": request_id}
    login = {"username": user.username, "password": PASSWORD}

    await nobody.post("/auth/login", json=login | {"password": "wrong one"}, headers=headers)
    tokens = (await nobody.post("/auth/login", json=login, headers=headers)).json()
    for _ in range(2):
        sent = {"refresh_token": tokens["refresh_token"]}
        await nobody.post("/auth/refresh", json=sent, headers=headers)
    tokens = (await nobody.post("/auth/login", json=login, headers=headers)).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    await nobody.post("/auth/logout", headers=headers | bearer)

    events = await events_of(request_id)
    assert [event["action"] for event in events] == [
        "login.failed",
        "login.succeeded",
        "refresh_token.reused",
        "login.succeeded",
        "logout",
    ]
    assert {event["actor_id"] for event in events} == {user.id}
    assert {event["address"] for event in events} == {"127.0.0.0/24"}


async def test_a_failed_login_of_nobody_keeps_no_name(nobody: Client, events_of: EventsOf) -> None:
    name, request_id = unique("stranger"), unique("login")

    await nobody.post(
        "/auth/login",
        json={"username": name, "password": "a guess"},
        headers={"X-Request-ID": request_id},
    )

    (event,) = await events_of(request_id)
    assert event["actor_id"] is None
    assert name not in str(event)
    assert "guess" not in str(event)


async def test_the_events_keep_no_names(make: Make, nobody: Client, events_of: EventsOf) -> None:
    user, request_id = await make.user(), unique("login")

    for password in (PASSWORD, "a guess"):
        await nobody.post(
            "/auth/login",
            json={"username": user.username, "password": password},
            headers={"X-Request-ID": request_id},
        )

    kept = str(await events_of(request_id))
    for text_of_user in (user.username, user.email, user.full_name, PASSWORD, "a guess"):
        assert text_of_user not in kept


async def test_changes_of_people_are_events_of_ids(
    make: Make, client_for: ClientFor, events_of: EventsOf
) -> None:
    request_id, admin = unique("people"), await make.admin()
    client = client_for(admin, **{"X-Request-ID": request_id})
    name = unique("hired")
    content: dict[str, Any] = {
        "username": name,
        "email": f"{name}@example.org",
        "full_name": "Hired Person",
    }
    created = (await client.post("/users", json=content)).json()
    replaced = content | {"is_active": True, "is_system_admin": False}
    await client.put(f"/users/{created['id']}", json=replaced)
    await client.delete(f"/users/{created['id']}")

    events = await events_of(request_id)
    assert [(event["action"], event["subject"], event["actor_id"]) for event in events] == [
        (action, f"user:{created['id']}", admin.id)
        for action in ("user.created", "user.updated", "user.deactivated")
    ]
    assert name not in str(events)


async def test_a_refused_row_is_an_event_of_its_site(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site, stranger = await make.site(), await make.member(await make.site())
    row = await make.interaction(site, await make.user())

    await client_for(stranger).get(f"/interactions/{row.id}")

    async with admin_engine.connect() as connection:
        found = await connection.execute(
            text("SELECT action, actor_id, subject FROM app.audit_events WHERE site_id = :id"),
            {"id": site.id},
        )
    assert [tuple(event) for event in found] == [
        ("access_denied", stranger.id, f"interaction:{row.id}")
    ]

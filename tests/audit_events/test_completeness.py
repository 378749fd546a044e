"""Whatever changes something can be seen afterwards."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import InteractionChange
from tests.access.scenes import Kind, make_scene, make_surroundings
from tests.access.test_matrix import call
from tests.audit_events.conftest import Stored
from tests.desk import ClientFor
from tests.factories import PASSWORD, Make, unique
from tests.identity.totp.authenticator import let_codes_expire, set_up
from tests.post_office import post_office
from tests.tenancy.operations import NOTHING_TO_SUCCEED_WITH, OPERATIONS, Operation

pytestmark = pytest.mark.covered_elsewhere

UNSEEN = {
    "refreshTokens": "carries a login on that is an event itself",
    "addSecondFactor": "asks for nothing before it is confirmed, which is an event",
    "searchInteractionsByTree": "changes nothing",
    "updateImport": "is a note of one's own on how a file is read; nothing is written by it",
    "createSavedSearch": "is a note of one's own, and shows nobody more than they could find",
    "replaceSavedSearch": "is a note of one's own, and shows nobody more than they could find",
    "deleteSavedSearch": "is a note of one's own, and stays one when others take it off their site",
}
"""Operations that are no event, and why."""

PREPARED = {"confirmPasswordReset", "confirmSecondFactor", "removeSecondFactor"}
"""Operations that need a link or a code to succeed, with tests of their own below."""

BEFOREHAND = {"restoreInteraction": "updateInteraction"}
"""What has to have happened, so that an operation changes anything."""

CHANGING = [operation for operation in OPERATIONS if not operation.reads]


async def history_of(admin_engine: AsyncEngine, site_id: int) -> int:
    changes = InteractionChange.__table__
    statement = select(func.count()).select_from(changes).where(changes.c.site_id == site_id)
    async with admin_engine.connect() as connection:
        return await connection.scalar(statement) or 0


def test_the_exceptions_are_operations() -> None:
    changing = {operation.id for operation in CHANGING}
    assert UNSEEN.keys() <= changing
    assert changing & NOTHING_TO_SUCCEED_WITH.keys() == PREPARED


@pytest.mark.parametrize(
    "operation",
    [operation for operation in CHANGING if operation.id not in PREPARED],
    ids=lambda operation: operation.id,
)
async def test_every_change_is_an_event_or_an_entry_of_the_history(
    api: FastAPI, make: Make, admin_engine: AsyncEngine, stored: Stored, operation: Operation
) -> None:
    around = await make_surroundings(make)
    scene = await make_scene(api, make, Kind.SYSTEM_ADMIN, around=around)
    for needed in OPERATIONS:
        if needed.id == BEFOREHAND.get(operation.id):
            await call(api, needed, scene)
    before = await history_of(admin_engine, scene.site.id)

    response = await call(api, operation, scene)

    assert response.is_success, response.text
    events = await stored(response.headers["X-Request-ID"])
    entries = await history_of(admin_engine, scene.site.id) - before
    assert bool(events or entries) is (operation.id not in UNSEEN)
    assert "access_denied" not in [event["action"] for event in events]


async def test_a_second_factor_that_comes_and_goes_is_two_events(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine, stored: Stored
) -> None:
    user, request_id = await make.user(), unique("factor")
    client = client_for(user, **{"X-Request-ID": request_id})
    phone = await set_up(client)
    await let_codes_expire(admin_engine, user)
    sent = {"password": PASSWORD, "totp": phone.code()}

    response = await client.request("DELETE", "/auth/totp", json=sent)

    assert response.status_code == 204, response.text
    assert [(event["action"], event["actor_id"]) for event in await stored(request_id)] == [
        ("second_factor.added", user.id),
        ("second_factor.removed", user.id),
    ]


async def test_a_password_set_with_a_link_is_an_event(
    make: Make,
    client_for: ClientFor,
    settings: Settings,
    engine: AsyncEngine,
    admin_engine: AsyncEngine,
    stored: Stored,
    tmp_path: Path,
) -> None:
    user, nobody = await make.user(), client_for()
    async with post_office(settings, engine, folder=tmp_path, admin_engine=admin_engine) as post:
        await nobody.post("/auth/password/reset", json={"email": user.email})
        token = await post.token_for(user.email)
    sent = {"token": token, "new_password": "another one, much longer"}

    response = await nobody.post("/auth/password/reset/confirm", json=sent)

    assert response.status_code == 204, response.text
    (event,) = await stored(response.headers["X-Request-ID"])
    assert (event["action"], event["actor_id"]) == ("password.reset", user.id)


async def test_the_event_of_a_change_tells_what_changed(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    site, admin, user = await make.site(), await make.admin(), await make.user()
    client = client_for(admin)
    person = {"username": user.username, "email": user.email, "full_name": user.full_name}
    flags = {"is_active": True, "is_system_admin": False}
    membership, members = {"user_id": user.id, "role": "viewer"}, f"/sites/{site.id}/members"
    place = {"name": site.name, "timezone": site.timezone}
    steps = [
        ("POST", members, membership, {"role": "viewer"}),
        (
            "PUT",
            f"{members}/{user.id}",
            {"role": "editor"},
            {"old_role": "viewer", "role": "editor"},
        ),
        (
            "PUT",
            f"/users/{user.id}",
            person | flags | {"full_name": unique("New")},
            {"fields": ["full_name"]},
        ),
        (
            "PUT",
            f"/users/{user.id}",
            person | flags | {"is_system_admin": True},
            {"fields": ["full_name", "is_system_admin"], "is_system_admin": True},
        ),
        (
            "PUT",
            f"/sites/{site.id}",
            place | {"is_active": False},
            {"fields": ["is_active"], "is_active": False},
        ),
        (
            "PUT",
            f"/sites/{site.id}",
            place | {"is_active": True},
            {"fields": ["is_active"], "is_active": True},
        ),
    ]
    for method, path, content, details in steps:
        response = await client.request(method, path, json=content)
        assert response.is_success, response.text
        (event,) = await stored(response.headers["X-Request-ID"])
        assert event["details"] == details


async def test_what_was_refused_has_not_happened(
    make: Make, client_for: ClientFor, stored: Stored
) -> None:
    site = await make.site()
    client, user = client_for(await make.admin()), await make.user()
    add = {"user_id": user.id, "role": "viewer"}
    first = await client.post(f"/sites/{site.id}/members", json=add)
    again = await client.post(f"/sites/{site.id}/members", json=add)
    assert (first.status_code, again.status_code) == (201, 409)
    assert len(await stored(first.headers["X-Request-ID"])) == 1
    assert await stored(again.headers["X-Request-ID"]) == []

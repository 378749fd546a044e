"""What is taken away in the database is gone for the API within a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.desk import ClientFor
from tests.factories import Client, Make, body

BOUND_SECONDS = 1.5


async def becomes(expected: int, ask: Callable[[], Awaitable[int]]) -> bool:
    """Whether asking answers this status before the bound is over."""
    give_up = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < give_up:
        if await ask() == expected:
            return True
        await asyncio.sleep(0.05)
    return False


def asking(client: Client, path: str) -> Callable[[], Awaitable[int]]:
    async def ask() -> int:
        return (await client.get(path)).status_code

    return ask


async def change(engine: AsyncEngine, statement: str, **values: object) -> None:
    """Change something behind the application's back, as another process would."""
    async with engine.begin() as connection:
        await connection.execute(text(statement), values)


async def test_a_removed_membership(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    user = await make.member(site)
    client = client_for(user)
    assert (await client.get(f"/sites/{site.id}")).status_code == 200

    await change(admin_engine, "DELETE FROM app.memberships WHERE user_id = :id", id=user.id)

    assert await becomes(403, asking(client, f"/sites/{site.id}"))
    assert (await client.get("/interactions")).json()["total"] == 0
    assert (await client.get("/auth/me")).json()["sites"] == []


async def test_a_lower_role(make: Make, client_for: ClientFor, admin_engine: AsyncEngine) -> None:
    site = await make.site()
    user = await make.member(site)
    client = client_for(user)
    assert (await client.post("/interactions", json=body())).status_code == 201

    await change(
        admin_engine,
        "UPDATE app.memberships SET role = :role WHERE user_id = :id",
        role=Role.VIEWER.value,
        id=user.id,
    )

    async def create() -> int:
        return (await client.post("/interactions", json=body())).status_code

    assert await becomes(403, create)


async def test_a_new_membership(make: Make, client_for: ClientFor) -> None:
    site, user = await make.site(), await make.user()
    client = client_for(user)
    assert (await client.get(f"/sites/{site.id}")).status_code == 403

    await make.membership(site, user, Role.VIEWER)

    assert await becomes(200, asking(client, f"/sites/{site.id}"))


async def test_a_deactivated_user(make: Make, client_for: ClientFor) -> None:
    user, admin = await make.user(), client_for(await make.admin())
    client = client_for(user)
    assert (await client.get("/auth/me")).status_code == 200

    assert (await admin.delete(f"/users/{user.id}")).status_code == 204

    assert await becomes(401, asking(client, "/auth/me"))


async def test_a_login_ended_elsewhere(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    user = await make.user()
    client = client_for(user)
    assert (await client.get("/auth/me")).status_code == 200

    await change(
        admin_engine,
        "UPDATE app.logins SET revoked_at = now() WHERE user_id = :id",
        id=user.id,
    )

    assert await becomes(401, asking(client, "/auth/me"))


async def test_a_deactivated_site(make: Make, client_for: ClientFor) -> None:
    site, admin = await make.site(), client_for(await make.admin())
    editor = await make.member(site)
    row, client = await make.interaction(site, editor), client_for(editor)
    assert (await client.get(f"/interactions/{row.id}")).status_code == 200

    assert (await admin.delete(f"/sites/{site.id}?force=true")).status_code == 204

    assert await becomes(403, asking(client, f"/interactions/{row.id}"))
    assert (await admin.get(f"/interactions/{row.id}")).status_code == 200


async def test_a_system_admin_no_longer(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    user = await make.admin()
    client = client_for(user)
    assert (await client.get("/users")).status_code == 200

    await change(
        admin_engine, "UPDATE app.users SET is_system_admin = false WHERE id = :id", id=user.id
    )

    assert await becomes(403, asking(client, "/users"))

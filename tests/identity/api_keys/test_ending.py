"""A key that is not good any more is refused within a second."""

import asyncio

import pytest
from httpx import ASGITransport
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from tests.factories import Client
from tests.identity.api_keys.conftest import Owner
from tests.identity.sessions.browser import another_process
from tests.identity.sessions.test_lifetime import DEAD_REDIS
from tests.identity.test_revocation import asking, becomes, change

ENDINGS = {
    "revoked": "UPDATE app.api_keys SET revoked_at = now() WHERE id = :key",
    "expired": "UPDATE app.api_keys SET expires_at = now() WHERE id = :key",
    "its owner deactivated": "UPDATE app.users SET is_active = false WHERE id = :owner",
}


async def used(owner: Owner, key: str) -> Client:
    """A machine whose key was good a moment ago."""
    machine = owner.machine(key)
    assert (await machine.get("/auth/me")).status_code == 200
    return machine


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_ends_a_key_elsewhere(
    owner: Owner, admin_engine: AsyncEngine, ending: str
) -> None:
    made = await owner.make_key()
    machine = await used(owner, made["key"])
    values = {"key": made["id"], "owner": owner.user.id}

    async with admin_engine.begin() as connection:
        statement = ENDINGS[ending]
        named = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(text(statement), named)

    assert await becomes(401, asking(machine, "/auth/me"))


async def test_an_owner_without_a_role_at_the_site(owner: Owner, admin_engine: AsyncEngine) -> None:
    machine = await used(owner, (await owner.make_key())["key"])
    path = f"/sites/{owner.here.id}"
    assert (await machine.get(path)).status_code == 200

    await change(
        admin_engine,
        "DELETE FROM app.memberships WHERE user_id = :user AND site_id = :site",
        user=owner.user.id,
        site=owner.here.id,
    )

    assert await becomes(403, asking(machine, path))
    assert (await machine.get("/interactions")).json()["total"] == 0
    assert (await machine.get("/auth/sites")).json()["sites"] == []


async def test_without_redis_a_revoked_key_ends_as_fast(owner: Owner, settings: Settings) -> None:
    made = await owner.make_key()
    key = {"Authorization": f"Bearer {made['key']}"}
    async with (
        another_process(settings, redis_url=DEAD_REDIS) as api,
        Client(transport=ASGITransport(api), base_url="http://test/api/v1", headers=key) as machine,
    ):
        assert (await machine.get("/auth/me")).status_code == 200
        assert (await owner.client.delete(f"/api-keys/{made['id']}")).status_code == 204

        assert await becomes(401, asking(machine, "/auth/me"))


async def test_revoking(owner: Owner) -> None:
    made = await owner.make_key()
    machine = await used(owner, made["key"])

    await owner.client.delete(f"/api-keys/{made['id']}")

    assert await becomes(401, asking(machine, "/auth/me"))


async def test_of_a_rotated_key_the_last_two_secrets_are_good(owner: Owner) -> None:
    first = await owner.make_key()
    path = f"/api-keys/{first['id']}/rotate"
    second = (await owner.client.post(path)).json()
    one, two = [await used(owner, made["key"]) for made in (first, second)]

    third = (await owner.client.post(path)).json()

    assert await becomes(401, asking(one, "/auth/me"))
    await asyncio.sleep(1.05)
    assert (await two.get("/auth/me")).status_code == 200
    await used(owner, third["key"])


async def test_the_secret_before_ends_by_itself(owner: Owner, admin_engine: AsyncEngine) -> None:
    first = await owner.make_key()
    second = (await owner.client.post(f"/api-keys/{first['id']}/rotate")).json()
    machine = await used(owner, first["key"])

    await change(
        admin_engine,
        "UPDATE app.api_keys SET previous_expires_at = now() WHERE id = :id",
        id=first["id"],
    )

    assert await becomes(401, asking(machine, "/auth/me"))
    await used(owner, second["key"])


async def test_two_rotations_at_once_leave_two_good_secrets(owner: Owner) -> None:
    made = await owner.make_key()
    path = f"/api-keys/{made['id']}/rotate"

    answers = await asyncio.gather(owner.client.post(path), owner.client.post(path))

    for answer in answers:
        await used(owner, answer.json()["key"])
    assert (await owner.machine(made["key"]).get("/auth/me")).status_code == 401

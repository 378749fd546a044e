"""A machine that calls with a key: what it reaches, and what it never does."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.access import ACCESS, Access
from app.auth.api_key_format import ApiKeyText
from app.core.vocabulary import Role
from tests.desk import ClientFor, error_of
from tests.factories import Make, body
from tests.identity.api_keys.conftest import Owner
from tests.tenancy.callers import with_site_ids
from tests.tenancy.operations import OPERATIONS, Operation


async def test_a_key_for_one_site_as_viewer_reads_that_site_and_nothing_else(
    make: Make, owner: Owner
) -> None:
    ours, theirs = [await make.interaction(site, owner.user) for site in (owner.here, owner.there)]
    machine = owner.machine((await owner.make_key())["key"])

    assert (await machine.get(f"/interactions/{ours.id}")).json()["id"] == ours.id
    assert (await machine.get(f"/sites/{owner.here.id}")).status_code == 200
    for path in ("/interactions", "/search/interactions", f"/sites/{owner.here.id}/interactions"):
        assert [row["id"] for row in (await machine.get(path)).json()["interactions"]] == [ours.id]
    assert [site["id"] for site in (await machine.get("/auth/sites")).json()["sites"]] == [
        owner.here.id
    ]
    assert (await machine.get("/auth/sites")).json()["sites"][0]["role"] == "viewer"
    error_of(await machine.get(f"/interactions/{theirs.id}"), 403)
    error_of(await machine.get(f"/interactions?site_id={owner.there.id}"), 403)
    error_of(await machine.get(f"/sites/{owner.there.id}"), 403)
    error_of(await machine.get("/interactions", headers={"X-Site-ID": str(owner.there.id)}), 403)


async def test_a_viewers_key_writes_nothing(make: Make, owner: Owner) -> None:
    row = await make.interaction(owner.here, owner.user)
    machine, path = owner.machine((await owner.make_key())["key"]), f"/interactions/{row.id}"

    error_of(await machine.post("/interactions", json=body()), 403)
    error_of(await machine.put(path, json=body()), 403)
    error_of(await machine.patch(path, json={"location": None}), 403)
    error_of(await machine.delete(path), 403)
    error_of(await machine.get(f"/sites/{owner.here.id}/members"), 403)


async def test_an_editors_key_writes_where_it_is_for(owner: Owner) -> None:
    machine = owner.machine((await owner.make_key(role="editor"))["key"])

    assert (await machine.post("/interactions", json=body())).status_code == 201
    error_of(await machine.post("/interactions", json=body(site_id=owner.there.id)), 403)


async def test_a_key_is_never_more_than_its_owner_is_now(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    owner = await make.member(site, role=Role.SITE_ADMIN)
    content = {"name": "High", "site_ids": [site.id], "role": "site_admin"}
    made = (await client_for(owner).post("/api-keys", json=content)).json()
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.memberships SET role = 'viewer' WHERE user_id = :id"), {"id": owner.id}
        )
    machine = client_for(Authorization=f"Bearer {made['key']}")
    await asyncio.sleep(1.05)

    error_of(await machine.get(f"/sites/{site.id}/members"), 403)
    error_of(await machine.post("/interactions", json=body()), 403)
    assert (await machine.get("/interactions")).status_code == 200


async def test_a_system_administrators_key_is_none(make: Make, client_for: ClientFor) -> None:
    here, elsewhere = await make.site(), await make.site()
    admin = await make.admin()
    content = {"name": "Not so high", "site_ids": [here.id], "role": "site_admin"}
    made = (await client_for(admin).post("/api-keys", json=content)).json()
    machine = client_for(Authorization=f"Bearer {made['key']}")

    assert (await machine.get(f"/sites/{here.id}/members")).status_code == 200
    error_of(await machine.get(f"/sites/{elsewhere.id}"), 403)
    error_of(await machine.get(f"/sites/{2**31 - 1}"), 403)
    error_of(await machine.post("/sites", json={"name": "X", "timezone": "UTC"}), 403)
    error_of(await machine.delete(f"/users/{admin.id}"), 403)
    people = (await machine.get("/users")).json()
    assert people["total"] == 0


IN_PERSON = [one for one in OPERATIONS if ACCESS[one.id] is Access.PERSON]


@pytest.mark.parametrize("operation", IN_PERSON, ids=lambda operation: operation.id)
async def test_a_key_manages_no_access(owner: Owner, operation: Operation) -> None:
    made = await owner.make_key(role="site_admin")
    path = operation.any_url(key_id=made["id"])

    response = await owner.machine(made["key"]).request(operation.method, f"http://test{path}")

    error_of(response, 403)


def test_managing_keys_and_sessions_is_for_persons() -> None:
    assert {one.id for one in IN_PERSON} >= {"createApiKey", "rotateApiKey", "logOut"}


def spoilt(key: str) -> dict[str, str]:
    """Ways to write a key wrongly."""
    text_of_it = ApiKeyText.read(key)
    assert text_of_it is not None
    name = text_of_it.public_id
    return {
        "another secret": str(ApiKeyText.with_new_secret(name)),
        "another key": str(ApiKeyText.new(is_live=False)),
        "another kind": str(ApiKeyText(name.replace("dev", "live"), text_of_it.secret)),
        "a typo": key[:30] + ("a" if key[30] != "a" else "b") + key[31:],
        "its end missing": key[:-1],
        "its beginning alone": name,
        "something after it": f"{key}0",
        "the prefix": "ims_",
        "no ASCII": "ims_dev_\xe4",
    }


@pytest.mark.parametrize("way", spoilt(str(ApiKeyText.new(is_live=False))))
async def test_what_is_not_quite_the_key_is_refused_alike(owner: Owner, way: str) -> None:
    made = await owner.make_key()
    raw = f"Bearer {spoilt(made['key'])[way]}".encode("latin-1")

    response = await owner.client_for().get("/auth/me", headers={b"Authorization": raw})

    error = error_of(response, 401)
    assert (error["code"], error["message"]) == ("unauthorized", "The API key is not valid")
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_a_typo_is_noticed_before_the_database_is_asked(
    owner: Owner, engine: AsyncEngine
) -> None:
    made = await owner.make_key()
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_more: object) -> None:
        if "api_keys" in statement:
            statements.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        for way in ("a typo", "its end missing", "the prefix"):
            await owner.machine(spoilt(made["key"])[way]).get("/auth/me")
        assert statements == []
        for way in ("another secret", "another key"):
            await owner.machine(spoilt(made["key"])[way]).get("/auth/me")
        assert len(statements) == 2
        assert statements[0] == statements[1]
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_when_a_key_was_used_is_noted_once_a_minute(
    owner: Owner, admin_engine: AsyncEngine
) -> None:
    made = await owner.make_key()
    machine = owner.machine(made["key"])

    async def last_used() -> str:
        (key,) = (await owner.client.get("/api-keys")).json()["api_keys"]
        return str(key["last_used_at"])

    await asyncio.gather(*(machine.get("/auth/me") for _ in range(10)))
    first = await last_used()
    await asyncio.sleep(1.05)
    await machine.get("/auth/me")
    assert first != "None"
    assert await last_used() == first
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.api_keys SET last_used_at = now() - interval '61 s' WHERE id = :id"),
            {"id": made["id"]},
        )
    await asyncio.sleep(1.05)
    await machine.get("/auth/me")
    assert await last_used() > first


async def test_a_token_for_some_sites_makes_no_key_for_others(api: FastAPI, owner: Owner) -> None:
    made = await owner.make_key(site_ids=[owner.here.id, owner.there.id])
    narrowed = with_site_ids(api, owner.client.headers["Authorization"], [owner.here.id])
    client = owner.client_for(Authorization=narrowed)
    content = {"name": "Wide", "site_ids": [owner.there.id], "role": "viewer"}

    error_of(await client.post("/api-keys", json=content), 403)
    error_of(await client.post(f"/api-keys/{made['id']}/rotate"), 403)


async def test_events_name_the_key_that_was_used(
    owner: Owner, make: Make, admin_engine: AsyncEngine
) -> None:
    row = await make.interaction(owner.there, owner.user)
    made = await owner.make_key()

    error_of(await owner.machine(made["key"]).get(f"/interactions/{row.id}"), 403)

    async with admin_engine.connect() as connection:
        noted = await connection.scalar(
            text("SELECT api_key_id FROM app.audit_events WHERE subject = :subject"),
            {"subject": f"interaction:{row.id}"},
        )
    assert noted == made["id"]


async def test_no_part_of_a_secret_is_logged(owner: Owner) -> None:
    with capture_logs() as lines:
        made = await owner.make_key()
        rotated = (await owner.client.post(f"/api-keys/{made['id']}/rotate")).json()
        for key in (made["key"], rotated["key"], *spoilt(made["key"]).values()):
            if key.isascii():
                await owner.machine(key).get("/auth/me")
                await owner.machine(key).get("/interactions?no=such")
        await owner.client.delete(f"/api-keys/{made['id']}")

    told = str(lines)
    assert told.count("'status': 401") > 10
    for key in (made["key"], rotated["key"]):
        assert key.removeprefix(made["prefix"])[1:44] not in told
    assert made["key"] not in repr(ApiKeyText.read(made["key"]))

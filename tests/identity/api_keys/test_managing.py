"""Making, listing, rotating and revoking one's own keys."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.desk import ClientFor, Json, error_of, refused_fields
from tests.factories import Make
from tests.identity.api_keys.conftest import Owner

UNKNOWN_SITE = 2**31 - 1


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def moment(text_of_it: str) -> datetime:
    return datetime.fromisoformat(text_of_it)


async def events_of(engine: AsyncEngine, key_id: int) -> list[tuple[str, int | None, Json]]:
    """What was done with a key, by the site that it was told: the oldest first."""
    statement = text(
        "SELECT action, site_id, details, at FROM app.audit_events WHERE subject = :subject"
        " UNION ALL"
        " SELECT action, NULL, details, at FROM app.system_events WHERE subject = :subject"
        " ORDER BY at, site_id"
    )
    async with engine.connect() as connection:
        rows = await connection.execute(statement, {"subject": f"api_key:{key_id}"})
        return [(row.action, row.site_id, row.details) for row in rows]


async def test_a_new_key_is_told_whole_this_once(owner: Owner) -> None:
    content = {"name": " Nightly  export ", "site_ids": [owner.here.id], "role": "viewer"}

    response = await owner.client.post("/api-keys", json=content)

    assert response.status_code == 201
    made = response.json()
    assert response.headers["Location"] == f"/api/v1/api-keys/{made['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    key = made.pop("key")
    assert key.startswith(f"{made['prefix']}_")
    assert made["prefix"].startswith("ims_dev_")
    lifetime = moment(made["expires_at"]) - moment(made["created_at"])
    assert lifetime == timedelta(days=365)
    assert made == {
        "id": made["id"],
        "name": "Nightly export",
        "prefix": made["prefix"],
        "site_ids": [owner.here.id],
        "role": "viewer",
        "created_at": made["created_at"],
        "rotated_at": None,
        "previous_expires_at": None,
        "expires_at": made["expires_at"],
        "last_used_at": None,
    }
    listed = await owner.client.get("/api-keys")
    assert listed.json()["api_keys"] == [made]
    assert key.removeprefix(made["prefix"])[1:44] not in listed.text


async def test_keys_have_pages_the_newest_first(owner: Owner) -> None:
    ids = [(await owner.make_key(name=f"Key {one}"))["id"] for one in range(3)]

    page = (await owner.client.get("/api-keys?page_size=2")).json()

    assert [key["id"] for key in page["api_keys"]] == [ids[2], ids[1]]
    assert (page["total"], page["total_pages"]) == (3, 2)


async def test_what_is_stored_is_no_key(owner: Owner, admin_engine: AsyncEngine) -> None:
    made = await owner.make_key()
    async with admin_engine.connect() as connection:
        row = await connection.scalar(
            text("SELECT k::text FROM app.api_keys k WHERE id = :id"), {"id": made["id"]}
        )
    secret = made["key"].removeprefix(made["prefix"])[1:44]
    assert secret not in str(row)
    assert secret.encode().hex() not in str(row)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"site_ids": []}, "site_ids"),
        ({"site_ids": None}, "site_ids"),
        ({"site_ids": [0]}, "site_ids.0"),
        ({"site_ids": [2**31]}, "site_ids.0"),
        ({"site_ids": ["1"]}, "site_ids.0"),
        ({"site_ids": [True]}, "site_ids.0"),
        ({"role": "system_admin"}, "role"),
        ({"role": None}, "role"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2026-06-12T14:00:00"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
        ({"expires_at": in_days(-0.01)}, "expires_at"),
        ({"expires_at": in_days(366.1)}, "expires_at"),
        ({"key": "ims_dev_of_my_own"}, "key"),
        ({"owner_id": 1}, "owner_id"),
    ],
)
async def test_a_key_that_cannot_be_is_refused(owner: Owner, over: Json, field: str) -> None:
    content = {"name": "A machine", "site_ids": [owner.here.id], "role": "viewer"} | over

    response = await owner.client.post("/api-keys", json=content)

    assert list(refused_fields(response)) == [field]


async def test_a_site_is_named_once(owner: Owner) -> None:
    content = {"name": "Twice", "site_ids": [owner.here.id] * 2, "role": "viewer"}
    response = await owner.client.post("/api-keys", json=content)
    assert refused_fields(response) == {"site_ids": "Site ids must name each site once"}


async def test_a_key_lives_a_year_at_most(owner: Owner) -> None:
    made = await owner.make_key(expires_at=in_days(365.9))
    assert moment(made["expires_at"]) - moment(made["created_at"]) > timedelta(days=365.8)


@pytest.mark.parametrize("also", [{}, {"name": ""}], ids=["valid", "otherwise invalid"])
async def test_a_site_that_is_not_ones_own_is_refused_first(
    make: Make, owner: Owner, also: Json
) -> None:
    elsewhere = await make.site()
    answers = [
        await owner.client.post(
            "/api-keys",
            json={"name": "Far", "site_ids": [owner.here.id, site_id], "role": "viewer"} | also,
            headers={"X-Request-ID": "the-same-for-both"},
        )
        for site_id in (elsewhere.id, UNKNOWN_SITE)
    ]
    error_of(answers[0], 403)
    assert answers[0].content == answers[1].content


async def test_a_role_that_one_does_not_hold_is_refused(make: Make, client_for: ClientFor) -> None:
    admin_here, editor_there = await make.site(), await make.site()
    user = await make.member(admin_here, role=Role.SITE_ADMIN)
    await make.membership(editor_there, user, Role.EDITOR)
    content = {"name": "High", "site_ids": [admin_here.id, editor_there.id]}
    client = client_for(user)

    refused = await client.post("/api-keys", json=content | {"role": "site_admin"})
    made = await client.post("/api-keys", json=content | {"role": "editor"})

    error_of(refused, 403)
    assert made.status_code == 201


async def test_a_system_administrator_is_told_of_a_site_that_there_is_not(
    make: Make, client_for: ClientFor
) -> None:
    content = {"name": "Nowhere", "site_ids": [UNKNOWN_SITE], "role": "viewer"}
    response = await client_for(await make.admin()).post("/api-keys", json=content)
    assert list(refused_fields(response)) == ["site_ids"]


async def test_fifty_good_keys_are_the_most(owner: Owner, admin_engine: AsyncEngine) -> None:
    keys = [await owner.make_key() for _ in range(50)]
    content = {"name": "One more", "site_ids": [owner.here.id], "role": "viewer"}

    error_of(await owner.client.post("/api-keys", json=content), 409)
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.api_keys SET expires_at = now() WHERE id = :id"), {"id": keys[0]["id"]}
        )
    assert (await owner.client.post("/api-keys", json=content)).status_code == 201
    await owner.client.delete(f"/api-keys/{keys[1]['id']}")
    assert (await owner.client.post("/api-keys", json=content)).status_code == 201


async def test_a_revoked_key_is_gone(owner: Owner) -> None:
    made = await owner.make_key()
    path = f"/api-keys/{made['id']}"

    assert (await owner.client.delete(path)).status_code == 204

    error_of(await owner.client.delete(path), 404)
    error_of(await owner.client.post(f"{path}/rotate"), 404)
    assert (await owner.client.get("/api-keys")).json()["total"] == 0


async def test_the_key_of_another_is_as_unknown_as_one_that_there_is_not(
    make: Make, owner: Owner, client_for: ClientFor
) -> None:
    made = await owner.make_key()
    strangers = [await make.member(owner.here, role=Role.SITE_ADMIN), await make.admin()]
    for stranger in strangers:
        client = client_for(stranger, **{"X-Request-ID": "the-same-for-both"})
        for method, path in (("DELETE", "/api-keys/{}"), ("POST", "/api-keys/{}/rotate")):
            answers = [
                await client.request(method, path.format(key_id))
                for key_id in (made["id"], 2**31 - 1, 2**63 - 1)
            ]
            error_of(answers[0], 404)
            assert answers[0].content == answers[1].content == answers[2].content
        assert (await client.get("/api-keys")).json()["api_keys"] == []
    assert (await owner.machine(made["key"]).get("/auth/me")).status_code == 200


async def test_an_id_that_is_none_is_a_bad_request(owner: Owner) -> None:
    for key_id in ("0", "-1", "x", str(2**63)):
        error_of(await owner.client.delete(f"/api-keys/{key_id}"), 400)


async def test_rotating_tells_a_new_key_and_how_long_the_old_one_is_good(owner: Owner) -> None:
    made = await owner.make_key()

    response = await owner.client.post(f"/api-keys/{made['id']}/rotate")

    assert response.status_code == 200
    rotated = response.json()
    assert rotated["key"] != made["key"]
    overlap = moment(rotated["previous_expires_at"]) - moment(rotated["rotated_at"])
    assert overlap == timedelta(hours=24)
    told = ("key", "rotated_at", "previous_expires_at")
    assert {name: value for name, value in rotated.items() if name not in told} == {
        name: value for name, value in made.items() if name not in told
    }


async def test_the_secret_before_never_outlives_the_key(owner: Owner) -> None:
    made = await owner.make_key(expires_at=in_days(0.5))
    rotated = (await owner.client.post(f"/api-keys/{made['id']}/rotate")).json()
    assert rotated["previous_expires_at"] == made["expires_at"]


async def test_an_expired_key_is_listed_and_can_only_be_revoked(
    owner: Owner, admin_engine: AsyncEngine
) -> None:
    made = await owner.make_key()
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.api_keys SET expires_at = now() WHERE id = :id"), {"id": made["id"]}
        )

    assert (await owner.client.get("/api-keys")).json()["total"] == 1
    error_of(await owner.client.post(f"/api-keys/{made['id']}/rotate"), 409)
    assert (await owner.client.delete(f"/api-keys/{made['id']}")).status_code == 204


async def test_each_site_is_told_what_was_done_with_a_key_for_it(
    owner: Owner, admin_engine: AsyncEngine
) -> None:
    sites = [owner.here.id, owner.there.id]
    made = await owner.make_key(role="editor", site_ids=sites)
    await owner.client.post(f"/api-keys/{made['id']}/rotate")
    await owner.client.delete(f"/api-keys/{made['id']}")

    assert await events_of(admin_engine, made["id"]) == [
        (action, site_id, {"role": "editor"})
        for action in ("api_key.created", "api_key.rotated", "api_key.revoked")
        for site_id in sites
    ]


async def test_what_is_done_with_a_key_of_no_site_any_more_is_told_too(
    api: FastAPI, owner: Owner, admin_engine: AsyncEngine
) -> None:
    made = await owner.make_key()
    statement = text("DELETE FROM app.memberships WHERE user_id = :id")
    async with admin_engine.begin() as connection:
        await connection.execute(statement, {"id": owner.user.id})
    api.state.authenticator.callers.forget_all()

    assert (await owner.client.delete(f"/api-keys/{made['id']}")).status_code == 204

    assert (await events_of(admin_engine, made["id"]))[-1] == (
        "api_key.revoked",
        None,
        {"role": "viewer"},
    )

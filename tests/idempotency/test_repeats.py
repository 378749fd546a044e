"""A request that is sent again under its key is answered as it was, and nothing is done twice."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.idempotency.jobs import remove_old_answers
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body, unique


def under(key: str) -> dict[str, str]:
    """The header with a key."""
    return {"Idempotency-Key": key}


def told(response: httpx.Response) -> tuple[Any, ...]:
    """All of an answer that has to be the same again."""
    headers = [response.headers.get(name) for name in ("ETag", "Location", "Content-Type")]
    return response.status_code, response.content, headers


async def total(desk: Desk) -> int:
    """How many interactions there are."""
    found: int = (await desk.listed())["total"]
    return found


async def test_creating_again_under_a_key_creates_nothing(desk: Desk) -> None:
    key, content = unique("key"), body(confidential_notes="For few")

    first = await desk.client.post("/interactions", json=content, headers=under(key))
    again = await desk.client.post("/interactions", json=content, headers=under(key))

    assert first.status_code == 201
    assert told(again) == told(first)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert await total(desk) == 1


async def test_changing_and_deleting_again_are_answered_as_they_were(desk: Desk) -> None:
    path = f"/interactions/{(await desk.create())['id']}"
    changing, deleting = unique("key"), unique("key")
    headers = {**under(changing), "If-Match": '"1"'}

    async def change() -> httpx.Response:
        return await desk.client.patch(path, json={"title": "Another title"}, headers=headers)

    changed = [await change() for _ in range(2)]
    deleted = [await desk.client.delete(path, headers=under(deleting)) for _ in range(2)]
    late = await change()

    assert [response.status_code for response in (*changed, *deleted)] == [200, 200, 204, 204]
    assert told(changed[0]) == told(changed[1]) == told(late)


async def test_the_form_of_the_same_body_does_not_matter(desk: Desk) -> None:
    key, content = unique("key"), body()
    first = await desk.client.post("/interactions", json=content, headers=under(key))

    turned = dict(reversed(content.items()))
    again = await desk.client.post("/interactions", json=turned, headers=under(key))

    assert told(again) == told(first)


@pytest.mark.parametrize("over", [{"title": "Another title"}, {"location": None}])
async def test_the_key_of_another_request_is_refused(desk: Desk, over: dict[str, object]) -> None:
    key = unique("key")
    await desk.client.post("/interactions", json=body(), headers=under(key))

    refused = await desk.client.post("/interactions", json=body(**over), headers=under(key))

    assert error_of(refused, 422)["code"] == "idempotency_mismatch"
    assert await total(desk) == 1


async def test_the_same_body_to_another_path_is_another_request(desk: Desk) -> None:
    key, rows = unique("key"), [await desk.create() for _ in range(2)]
    one, other = [
        await desk.client.patch(
            f"/interactions/{row['id']}", json={"notes": "New"}, headers=under(key)
        )
        for row in rows
    ]
    assert one.status_code == 200
    assert error_of(other, 422)["code"] == "idempotency_mismatch"


async def test_the_same_body_for_another_site_is_another_request(desk: Desk, make: Make) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    key = under(unique("key"))
    for_one, for_other = [
        await desk.client.post(
            "/interactions", json=body(), headers={**key, "X-Site-ID": str(site.id)}
        )
        for site in (desk.site, other)
    ]
    assert for_one.status_code == 201
    assert error_of(for_other, 422)["code"] == "idempotency_mismatch"


async def test_a_batch_of_which_nothing_was_done_is_not_kept(desk: Desk) -> None:
    key, taken = under(unique("key")), await desk.create(external_id="A-1")
    batch = {
        "mode": "partial",
        "items": [{"op": "create", "data": body(external_id="A-1")}],
    }
    refused = await desk.client.post("/interactions/batch", json=batch, headers=key)
    await desk.client.delete(f"/interactions/{taken['id']}")

    done, again = [
        await desk.client.post("/interactions/batch", json=batch, headers=key) for _ in range(2)
    ]

    assert (refused.status_code, done.status_code) == (207, 200)
    assert told(again) == told(done)


async def test_who_has_lost_the_site_is_not_told_again_what_a_batch_was_refused(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    key, row = under(unique("key")), await desk.create(site_id=desk.site.id)
    await desk.client.patch(f"/interactions/{row['id']}", json={"notes": "New"})
    stale = {"op": "update", "id": row["id"], "data": {"notes": None}, "if_version": 1}
    there = {"op": "create", "data": body(site_id=other.id)}
    batch = {"mode": "partial", "items": [stale, there]}
    first = await desk.client.post("/interactions/batch", json=batch, headers=key)
    assert (first.status_code, first.json()["succeeded"]) == (207, 1)
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))

    await admin.delete(f"/sites/{desk.site.id}/members/{desk.user.id}")

    error_of(await desk.client.post("/interactions/batch", json=batch, headers=key), 403)


async def test_a_refusal_is_not_kept(desk: Desk) -> None:
    key = unique("key")
    refused = await desk.client.post("/interactions", json=body(title="No"), headers=under(key))
    assert refused_fields(refused).keys() == {"title"}

    mended = await desk.client.post("/interactions", json=body(), headers=under(key))

    assert mended.status_code == 201


async def test_of_many_at_once_one_is_done_and_the_others_told_to_wait(desk: Desk) -> None:
    key = under(unique("key"))

    async def create() -> httpx.Response:
        return await desk.client.post("/interactions", json=body(), headers=key)

    answers = await asyncio.gather(*(create() for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert int(answer.headers["Retry-After"]) >= 1
    assert await total(desk) == 1


async def test_a_key_is_its_callers(
    desk: Desk, make: Make, client_for: ClientFor, api: FastAPI
) -> None:
    key = under(unique("key"))
    await desk.client.post("/interactions", json=body(), headers=key)
    colleague = client_for(await make.member(desk.site))
    _, secret = await make.api_key(api, desk.user, desk.site, role=Role.EDITOR)
    machine = client_for(Authorization=f"Bearer {secret}")

    for other in (colleague, machine):
        answer = await other.post("/interactions", json=body(), headers=key)
        assert answer.status_code == 201
        assert "Idempotent-Replayed" not in answer.headers
    assert await total(desk) == 3


async def test_who_has_lost_the_site_is_not_told_again(
    desk: Desk, make: Make, client_for: ClientFor, api: FastAPI
) -> None:
    key = under(unique("key"))
    await make.membership(await make.site(), desk.user, Role.EDITOR)
    content = body(site_id=desk.site.id)
    first = await desk.client.post("/interactions", json=content, headers=key)
    path, head = f"/interactions/{first.json()['id']}", under(unique("key"))
    await desk.client.patch(path, json={"notes": "New"}, headers=head)
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    members = f"/sites/{desk.site.id}/members/{desk.user.id}"

    await admin.put(members, json={"role": "viewer"})
    error_of(await desk.client.post("/interactions", json=content, headers=key), 403)
    error_of(await desk.client.patch(path, json={"notes": "New"}, headers=head), 403)
    await admin.delete(members)
    error_of(await desk.client.post("/interactions", json=content, headers=key), 403)
    refused = await desk.client.patch(path, json={"notes": "New"}, headers=head)
    assert "notes" not in str(error_of(refused, 403))


@pytest.mark.parametrize("key", ["", "x" * 256, "with\ttab", "é"])
async def test_a_key_that_is_none_is_refused(desk: Desk, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    response = await desk.client.post("/interactions", json=body(), headers=headers)
    assert refused_fields(response, 400).keys() == {"idempotency-key"}
    assert await total(desk) == 0


async def test_an_answer_is_stored_sealed(desk: Desk, admin_engine: AsyncEngine) -> None:
    key, secret = unique("key"), unique("secret")
    content = body(confidential_notes=secret, title=f"Title {secret}")
    await desk.client.post("/interactions", json=content, headers=under(key))

    async with admin_engine.connect() as connection:
        statement = text("SELECT answer FROM app.idempotency_records WHERE key = :key")
        stored = bytes((await connection.execute(statement, {"key": key})).scalar_one())

    assert secret.encode() not in stored


async def test_after_a_day_a_key_is_forgotten(desk: Desk, admin_engine: AsyncEngine) -> None:
    key, kept = unique("key"), unique("key")
    for one in (key, kept):
        await desk.client.post("/interactions", json=body(), headers=under(one))
    await grow_old(admin_engine, key)
    anew = await desk.client.post("/interactions", json=body(), headers=under(key))
    assert anew.status_code == 201
    assert "Idempotent-Replayed" not in anew.headers
    again = await desk.client.post("/interactions", json=body(), headers=under(key))
    assert told(again) == told(anew)

    await grow_old(admin_engine, key)
    await remove_old_answers({"engine": admin_engine})

    async with admin_engine.connect() as connection:
        found = await connection.scalars(
            text("SELECT key FROM app.idempotency_records WHERE owner_id = :id"),
            {"id": desk.user.id},
        )
    assert list(found) == [kept]


async def grow_old(engine: AsyncEngine, key: str) -> None:
    """Let a day pass for one answer."""
    statement = "UPDATE app.idempotency_records SET created_at = now() - interval '25 hours'"
    async with engine.begin() as connection:
        await connection.execute(text(f"{statement} WHERE key = :key"), {"key": key})

"""What is stored of confidential notes tells nothing, and opens only where it belongs."""

import base64
import os

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.core.config import Settings
from app.core.sealing import KeyRing
from tests.desk import ClientFor, Desk, Json, error_of
from tests.factories import Make, unique

FIELD = "confidential_notes"


@pytest.fixture
async def created(desk: Desk) -> Json:
    return await desk.create(confidential_notes=unique("Between us"))


async def stored(engine: AsyncEngine, interaction_id: int) -> bytes:
    """What the database has of the notes."""
    statement = text("SELECT confidential_notes FROM app.interactions WHERE id = :id")
    async with engine.connect() as connection:
        return bytes(await connection.scalar(statement, {"id": interaction_id}) or b"")


async def store(engine: AsyncEngine, interaction_id: int, value: bytes) -> None:
    """Put something else into the database."""
    statement = text("UPDATE app.interactions SET confidential_notes = :value WHERE id = :id")
    async with engine.begin() as connection:
        await connection.execute(statement, {"id": interaction_id, "value": value})


async def everything_about(engine: AsyncEngine, interaction_id: int) -> str:
    """All rows about an interaction as a dump has them."""
    statements = (
        "SELECT i::text FROM app.interactions i WHERE id = :id",
        "SELECT c::text FROM app.interaction_changes c WHERE interaction_id = :id",
    )
    async with engine.connect() as connection:
        found = [await connection.scalars(text(one), {"id": interaction_id}) for one in statements]
        return "".join(row for rows in found for row in rows)


async def test_the_database_has_no_word_of_them(
    desk: Desk, created: Json, admin_engine: AsyncEngine
) -> None:
    changed = unique("Changed")
    await desk.client.patch(f"/interactions/{created['id']}", json={FIELD: changed})

    dump = await everything_about(admin_engine, created["id"])

    assert created["title"] in dump
    for word in (created[FIELD], changed):
        assert word not in dump
        assert word.encode().hex() not in dump


async def test_the_same_notes_are_stored_differently_each_time(
    desk: Desk, admin_engine: AsyncEngine
) -> None:
    ids = [(await desk.create(confidential_notes="The same"))["id"] for _ in range(2)]

    first, second = [await stored(admin_engine, one) for one in ids]

    assert first != second


async def is_shown(desk: Desk, interaction_id: int) -> bool:
    """Whether the notes are there, in an answer that is otherwise whole."""
    one = (await desk.client.get(f"/interactions/{interaction_id}")).json()
    rows = (await desk.listed())["interactions"]
    assert one["title"] == "Project kickoff"
    (listed,) = [row for row in rows if row["id"] == interaction_id]
    assert (FIELD in listed) == (FIELD in one)
    return FIELD in one


async def test_moved_to_another_site_they_do_not_open(
    make: Make, desk: Desk, created: Json, admin_engine: AsyncEngine, client_for: ClientFor
) -> None:
    other_site = await make.site()
    writer = await make.member(other_site)
    same_site, elsewhere = await desk.create(), await make.interaction(other_site, writer)
    sealed = await stored(admin_engine, created["id"])

    await store(admin_engine, same_site["id"], sealed)
    await store(admin_engine, elsewhere.id, sealed)

    assert await is_shown(desk, same_site["id"])
    answer = (await client_for(writer).get(f"/interactions/{elsewhere.id}")).json()
    assert answer["title"] == elsewhere.title
    assert FIELD not in answer


@pytest.mark.parametrize("place", [0, 1, 9, 21, -1])
async def test_with_a_byte_changed_they_do_not_open(
    desk: Desk, created: Json, admin_engine: AsyncEngine, place: int
) -> None:
    sealed = bytearray(await stored(admin_engine, created["id"]))
    sealed[place] ^= 1

    await store(admin_engine, created["id"], bytes(sealed))

    assert not await is_shown(desk, created["id"])


async def test_the_log_names_what_does_not_open(
    desk: Desk, created: Json, admin_engine: AsyncEngine
) -> None:
    await store(admin_engine, created["id"], b"\x01 no such thing")

    with capture_logs() as lines:
        await is_shown(desk, created["id"])

    (line, _again) = [one for one in lines if one["event"] == "confidential_notes_unreadable"]
    assert (line["interaction_id"], line["site_id"]) == (created["id"], desk.site.id)
    assert "ENCRYPTION_KEYS" in line["reason"]


async def test_they_are_never_logged(desk: Desk, created: Json) -> None:
    canary, path = unique("canary"), f"/interactions/{created['id']}"
    with capture_logs() as lines:
        await desk.create(confidential_notes=canary)
        await desk.client.patch(path, json={FIELD: canary})
        await desk.client.patch(path, json={FIELD: canary + "x" * 20_000})
        await desk.client.patch(path, json={FIELD: canary, "version": 99})
        await desk.client.put(path, json={FIELD: canary})
        await desk.client.get("/interactions")

    assert [line["status"] for line in lines] == [201, 200, 422, 412, 422, 200]
    assert canary not in str(lines)


async def test_what_cannot_be_opened_is_kept_whatever_is_written_around_it(
    desk: Desk, created: Json, admin_engine: AsyncEngine
) -> None:
    path = f"/interactions/{created['id']}"
    before = KeyRing([os.urandom(32)]).seal("under a key that is missing", context="-")
    await store(admin_engine, created["id"], before)
    answer: Json = (await desk.client.get(path)).json()

    put = await desk.client.put(path, json=answer | {"title": "Another title"})
    patched = await desk.client.patch(path, json={"location": "Room B"})
    error_of(await desk.client.patch(path, json={FIELD: "New"}), 503)
    error_of(await desk.client.patch(path, json={FIELD: None}), 503)

    assert (put.status_code, patched.status_code) == (200, 200)
    assert await stored(admin_engine, created["id"]) == before


def test_keys_are_not_shown_by_the_settings() -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    assert key not in repr(Settings(encryption_keys=(SecretStr(key),)))

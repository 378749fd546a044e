"""Many changes in one request: in their order, all of them or those that can be done."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import Operation
from tests.desk import Desk, error_of, refused_fields
from tests.factories import body
from tests.operations.batches import create, delete, done, partly, send, statuses, update


async def test_it_creates_updates_and_deletes_and_tells_of_each(desk: Desk) -> None:
    changed, gone = await desk.create(), await desk.create()

    answer = await done(
        desk.client,
        create(title="Made by a batch"),
        update(changed, {"location": "Room B"}),
        delete(gone),
    )

    made = answer["results"][0]["id"]
    assert answer["results"] == [
        {"index": 0, "status": 201, "id": made, "version": 1},
        {"index": 1, "status": 200, "id": changed["id"], "version": 2},
        {"index": 2, "status": 204, "id": gone["id"]},
    ]
    assert (answer["succeeded"], answer["failed"]) == (3, 0)
    listed = {row["id"]: row for row in (await desk.listed())["interactions"]}
    assert listed.keys() == {made, changed["id"]}
    assert listed[made]["title"] == "Made by a batch"
    assert listed[changed["id"]]["location"] == "Room B"


async def test_all_its_changes_are_one_operation_of_the_callers(
    desk: Desk, admin_engine: AsyncEngine
) -> None:
    changed, gone = await desk.create(), await desk.create()

    answer = await done(desk.client, create(), update(changed, {"notes": "N"}), delete(gone))

    operations = Operation.__table__
    found = select(operations).where(operations.c.id == UUID(answer["operation_id"]))
    async with admin_engine.connect() as connection:
        (row,) = (await connection.execute(found)).all()
    assert (row.owner_id, row.kind) == (desk.user.id, "batch")
    told = (await desk.client.get(f"/operations/{answer['operation_id']}")).json()
    assert (told["kind"], told["undo"]) == ("batch", None)


async def test_it_writes_history_and_counts_as_single_calls_do(desk: Desk) -> None:
    changed, gone = await desk.create(), await desk.create(type="CALL")

    answer = await done(
        desk.client, create(type="CALL"), update(changed, {"type": "CALL"}), delete(gone)
    )

    types = {
        row_id: [change["change_type"] for change in await desk.history(row_id)]
        for row_id in (answer["results"][0]["id"], changed["id"], gone["id"])
    }
    assert list(types.values()) == [["CREATE"], ["UPDATE", "CREATE"], ["DELETE", "CREATE"]]
    counted = (await desk.client.get("/statistics?by=type")).json()["statistics"]
    assert [(row["type"], row["count"]) for row in counted] == [("CALL", 2)]


async def test_an_item_sees_what_those_before_it_did(desk: Desk) -> None:
    row = await desk.create(external_id="a")

    answer = await partly(
        desk.client,
        update(row, {"location": "B"}),
        update(row, {"notes": "N"}, if_version=2),
        create(external_id="a"),
        delete(row, if_version=3),
        create(external_id="a"),
        update(row, {"notes": "M"}),
        delete(row),
        create(external_id="a"),
    )

    assert statuses(answer) == [200, 200, 409, 204, 201, 404, 404, 409]
    assert [result.get("version") for result in answer["results"][:2]] == [2, 3]
    (left,) = (await desk.listed())["interactions"]
    assert left["id"] == answer["results"][4]["id"]


async def test_what_cannot_be_done_is_told_and_the_rest_is_done(desk: Desk) -> None:
    row = await desk.create()

    answer = await partly(
        desk.client,
        create(title="No"),
        create(title="A good one"),
        update(row, {"locaton": "B"}),
        update({"id": 2**62}, {"location": "B"}),
    )

    assert statuses(answer) == [422, 201, 422, 404]
    assert (answer["succeeded"], answer["failed"]) == (1, 3)
    assert [result.get("error") for result in answer["results"]] == [
        {
            "code": "validation_error",
            "message": "Validation failed",
            "details": {"title": "Title must be between 5 and 100 characters"},
        },
        None,
        {
            "code": "validation_error",
            "message": "Validation failed",
            "details": {"locaton": "Unknown field; did you mean location?"},
        },
        {"code": "not_found", "message": "There is no such interaction"},
    ]
    assert (await desk.listed())["total"] == 2


async def test_of_an_atomic_one_all_is_done_or_nothing(desk: Desk) -> None:
    row = await desk.create(external_id="a")

    refused = await send(
        desk.client,
        create(title="A good one"),
        update(row, {"location": "B"}),
        delete(row, if_version=9),
        create(title="No", lead=""),
        create(external_id="a"),
        delete({"id": 2**62}),
        mode="atomic",
    )

    error = error_of(refused, 422)
    assert error["code"] == "validation_error"
    assert error["message"] == "Nothing was done, since 4 of 6 items cannot be"
    assert error["details"] == {
        "items.2": "It has been changed in the meantime: the current version is 2",
        "items.3.title": "Title must be between 5 and 100 characters",
        "items.3.lead": "Lead is required",
        "items.4.external_id": "External id is taken already",
        "items.5": "There is no such interaction",
    }
    (left,) = (await desk.listed())["interactions"]
    assert left == row
    assert len(await desk.history(row["id"])) == 1

    answer = await done(desk.client, create(), delete(row), mode="atomic")
    assert statuses(answer) == [201, 204]


async def test_where_nothing_was_done_there_is_no_operation(
    desk: Desk, admin_engine: AsyncEngine
) -> None:
    answer = await partly(desk.client, create(title="No"))

    assert (answer["operation_id"], answer["succeeded"]) == (None, 0)
    await send(desk.client, create(), create(title="No"), mode="atomic")
    operations = Operation.__table__
    found = select(operations).where(operations.c.owner_id == desk.user.id)
    async with admin_engine.connect() as connection:
        assert (await connection.execute(found)).all() == []


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        (None, None),
        ("create", None),
        ({}, {"op"}),
        ({"op": "upsert"}, {"op"}),
        ({"op": ["create"]}, {"op"}),
        ({"op": "create"}, {"data"}),
        ({"op": "create", "data": None}, {"data"}),
        ({"op": "create", "data": []}, {"data"}),
        ({"op": "create", "data": {}, "id": 1}, {"id"}),
        ({"op": "update", "data": {}}, {"id"}),
        ({"op": "update", "id": 0, "data": {}}, {"id"}),
        ({"op": "update", "id": "1", "data": {}}, {"id"}),
        ({"op": "update", "id": 2**63, "data": {}}, {"id"}),
        ({"op": "update", "id": 1, "data": {}, "if_version": True}, {"if_version"}),
        ({"op": "delete", "id": 1, "data": {}}, {"data"}),
        ({"op": "delete", "id": 1, "if_version": 0}, {"if_version"}),
    ],
)
async def test_an_item_that_is_none_is_refused_alone(
    item: object, fields: set[str] | None, desk: Desk
) -> None:
    answer = await partly(desk.client, item, create())

    assert statuses(answer) == [422, 201]
    error = answer["results"][0]["error"]
    assert (set(error["details"]) if "details" in error else None) == fields


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"mode": "partial"}, "items"),
        ({"items": [create()]}, "mode"),
        ({"mode": "some", "items": [create()]}, "mode"),
        ({"mode": "atomic", "items": []}, "items"),
        ({"mode": "atomic", "items": {}}, "items"),
        ({"mode": "partial", "items": [create()] * 201}, "items"),
        ({"mode": "partial", "items": [create()], "dry_run": True}, "dry_run"),
    ],
)
async def test_a_request_that_is_no_batch_is_refused_as_a_whole(
    sent: object, field: str, desk: Desk
) -> None:
    response = await desk.client.post("/interactions/batch", json=sent)

    assert refused_fields(response).keys() == {field}
    assert (await desk.listed())["total"] == 0


async def test_two_hundred_are_done_and_what_is_larger_than_any_request_is_not(desk: Desk) -> None:
    answer = await done(desk.client, *[create(title=f"Number {n:03}") for n in range(200)])

    assert statuses(answer) == [201] * 200
    titles = await desk.titles("page_size=100&sort=title")
    assert titles == [f"Number {n:03}" for n in range(100)]
    ids = [result["id"] for result in answer["results"]]
    assert ids == sorted(ids)

    large = [create(description="x" * 1500)] * 200
    assert error_of(await send(desk.client, *large), 413)["code"] == "payload_too_large"


async def test_what_changes_nothing_succeeds_without_a_version(desk: Desk) -> None:
    row = await desk.create()

    answer = await done(desk.client, update(row, {"title": row["title"]}), update(row, row))

    assert [result["version"] for result in answer["results"]] == [1, 1]
    assert len(await desk.history(row["id"])) == 1


async def test_there_is_nothing_else_at_its_path(desk: Desk) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        content = body() if method in {"PUT", "PATCH"} else None
        response = await desk.client.request(method, "/interactions/batch", json=content)
        assert refused_fields(response, 400).keys() == {"interaction_id"}

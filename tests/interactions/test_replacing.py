"""PUT: the whole of an interaction, and what an answer told may be sent back."""

import pytest

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body

OTHER = {
    "title": "Another title",
    "type": "CALL",
    "lead": "Jane Doe",
    "start_datetime": "2026-07-01T08:00:00Z",
    "end_datetime": "2026-07-01T08:20:00Z",
    "timezone": "Asia/Tokyo",
    "location": "Room B",
    "description": "Something else.",
    "notes": "A note",
    "external_id": "B-1",
}


async def test_replacing_changes_every_field(desk: Desk) -> None:
    created = await desk.create()

    response = await desk.client.put(f"/interactions/{created['id']}", json=OTHER)

    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    replaced = response.json()
    assert replaced.pop("updated_at") > created.pop("updated_at")
    assert replaced == created | OTHER | {"version": 2, "duration_minutes": 20}


async def test_a_missing_optional_field_becomes_null(desk: Desk) -> None:
    created = await desk.create(notes="A note", external_id="A-1")
    required = {
        name: value
        for name, value in body().items()
        if name not in {"location", "notes", "external_id"}
    }

    replaced = (await desk.client.put(f"/interactions/{created['id']}", json=required)).json()

    assert [replaced[name] for name in ("location", "notes", "external_id")] == [None] * 3


async def test_a_missing_required_field_is_refused(desk: Desk) -> None:
    created = await desk.create()

    response = await desk.client.put(f"/interactions/{created['id']}", json={"title": "Alone here"})

    assert len(refused_fields(response)) == 6


@pytest.mark.parametrize(
    "include", ["", "site", "creator", "updater", "site,creator,updater", "updater,site"]
)
async def test_what_get_answered_is_accepted_back_and_changes_nothing(
    include: str, desk: Desk
) -> None:
    created = await desk.create(start_datetime="2026-06-12T13:00:00.123456Z", notes="e\u0301\n x")
    path = f"/interactions/{created['id']}"
    told = (await desk.client.get(f"{path}?include={include}")).json()

    response = await desk.client.put(path, json=told)

    assert response.status_code == 200, response.text
    assert response.headers["ETag"] == '"1"'
    assert response.json() == created
    assert len(await desk.history(created["id"])) == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 2**40),
        ("id", None),
        ("site_id", 2**31),
        ("site_id", "text"),
        ("duration_minutes", 61),
        ("duration_minutes", 60.0),
        ("created_by", True),
        ("created_at", "2026-01-01T00:00:00Z"),
        ("created_at", "0000"),
        ("updated_by", 10**40),
        ("updated_at", None),
        ("updated_at", ["x"]),
        ("site", {"id": 1}),
        ("site", {"id": 1, "name": "Another"}),
        ("creator", {}),
        ("updater", "me"),
    ],
)
async def test_another_value_of_a_read_only_field_is_refused(
    method: str, field: str, value: object, desk: Desk
) -> None:
    created = await desk.create()
    sent = (body() if method == "PUT" else {}) | {field: value}

    response = await desk.client.request(method, f"/interactions/{created['id']}", json=sent)

    assert refused_fields(response).keys() == {field}


async def test_an_instant_may_be_sent_back_in_another_offset(desk: Desk) -> None:
    created = await desk.create()
    shifted = created["created_at"].replace("Z", "+00:00")

    response = await desk.client.patch(
        f"/interactions/{created['id']}", json={"created_at": shifted, "title": "New title"}
    )

    assert response.status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("version", [0, 2, "1", 1.5, None, True, [1], 10**30])
async def test_another_version_is_a_failed_precondition(
    method: str, version: object, desk: Desk
) -> None:
    created = await desk.create()
    sent = body(title="New title", version=version)

    response = await desk.client.request(method, f"/interactions/{created['id']}", json=sent)

    assert error_of(response, 412)["code"] == "precondition_failed"
    assert (await desk.client.get(f"/interactions/{created['id']}")).json() == created


async def test_replacing_is_for_editors(make: Make, desk: Desk, client_for: ClientFor) -> None:
    created = await desk.create()
    viewer = client_for(await make.member(desk.site, role=Role.VIEWER))
    colleague = client_for(await make.member(desk.site))

    error_of(await viewer.put(f"/interactions/{created['id']}", json=OTHER), 403)
    response = await colleague.put(f"/interactions/{created['id']}", json=OTHER)

    assert response.status_code == 200
    assert response.json()["updated_by"] != created["updated_by"] == response.json()["created_by"]


async def test_an_unknown_interaction_cannot_be_replaced(desk: Desk) -> None:
    response = await desk.client.put(f"/interactions/{2**63 - 1}", json=OTHER)

    assert error_of(response, 404)["code"] == "not_found"

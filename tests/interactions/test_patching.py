"""PATCH: a part of an interaction, as a JSON merge patch."""

import pytest

from tests.desk import Desk, Json, error_of, refused_fields


async def patched(desk: Desk, created: Json, **changes: object) -> Json:
    response = await desk.client.patch(f"/interactions/{created['id']}", json=changes)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def test_only_what_the_patch_holds_is_changed(desk: Desk) -> None:
    created = await desk.create()

    answer = await patched(desk, created, location="Room B")

    del created["updated_at"], answer["updated_at"]
    assert answer == created | {"location": "Room B", "version": 2}


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
async def test_both_media_types_are_patches(media_type: str, desk: Desk) -> None:
    created = await desk.create()

    response = await desk.client.patch(
        f"/interactions/{created['id']}",
        content='{"location": null}',
        headers={"Content-Type": f"{media_type}; charset=utf-8"},
    )

    assert response.status_code == 200
    assert response.json()["location"] is None


async def test_a_merge_patch_is_no_way_to_create_or_replace(desk: Desk) -> None:
    created = await desk.create()
    headers = {"Content-Type": "application/merge-patch+json"}

    for method, path in (("POST", "/interactions"), ("PUT", f"/interactions/{created['id']}")):
        response = await desk.client.request(method, path, content="{}", headers=headers)
        error_of(response, 415)


async def test_null_empties_an_optional_field_and_is_missing_for_a_required_one(desk: Desk) -> None:
    created = await desk.create(notes="A note", external_id="A-1")

    answer = await patched(desk, created, notes=None, external_id=None, location=None)
    response = await desk.client.patch(
        f"/interactions/{created['id']}", json={"title": None, "type": None, "timezone": None}
    )

    assert (answer["notes"], answer["external_id"], answer["location"]) == (None, None, None)
    assert refused_fields(response) == {
        "title": "Title is required",
        "type": "Type is required",
        "timezone": "Time zone is required",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "Project kickoff"},
        {"title": "  Project  kickoff "},
        {"type": "meeting"},
        {"start_datetime": "2026-06-12T16:00:00+02:00"},
        {"start_datetime": "2026-06-12T16:00:00"},
        {"notes": " "},
        {"version": 1},
    ],
)
async def test_a_patch_that_changes_nothing_makes_no_version(changes: Json, desk: Desk) -> None:
    created = await desk.create()

    assert await patched(desk, created, **changes) == created
    assert len(await desk.history(created["id"])) == 1


async def test_another_zone_alone_keeps_the_instants(desk: Desk) -> None:
    created = await desk.create()

    answer = await patched(desk, created, timezone="Asia/Tokyo")

    assert answer["timezone"] == "Asia/Tokyo"
    for field in ("start_datetime", "end_datetime"):
        assert answer[field] == created[field]


async def test_a_time_without_an_offset_is_read_in_the_stored_zone(desk: Desk) -> None:
    created = await desk.create(timezone="America/New_York")

    answer = await patched(desk, created, end_datetime="2026-06-12T12:00:00")

    assert answer["end_datetime"] == "2026-06-12T16:00:00Z"


async def test_a_time_without_an_offset_is_read_in_the_patched_zone(desk: Desk) -> None:
    created = await desk.create(timezone="America/New_York")

    answer = await patched(desk, created, end_datetime="2026-06-13T01:00:00", timezone="Asia/Tokyo")

    assert answer["end_datetime"] == "2026-06-12T16:00:00Z"


async def test_the_clocks_of_the_stored_zone_count(desk: Desk) -> None:
    created = await desk.create(timezone="Europe/Paris")

    response = await desk.client.patch(
        f"/interactions/{created['id']}", json={"end_datetime": "2026-10-25T02:30:00"}
    )

    assert "+02:00 or +01:00" in refused_fields(response)["end_datetime"]


async def test_the_order_of_the_dates_is_kept_with_either_one_patched(desk: Desk) -> None:
    created = await desk.create()

    for changes in (
        {"start_datetime": "2026-06-12T15:00:00Z"},
        {"end_datetime": "2026-06-12T14:00:00Z"},
    ):
        response = await desk.client.patch(f"/interactions/{created['id']}", json=changes)
        assert refused_fields(response) == {"end_datetime": "End date must be after start date"}


async def test_every_wrong_field_of_a_patch_is_reported_at_once(desk: Desk) -> None:
    created = await desk.create()

    response = await desk.client.patch(
        f"/interactions/{created['id']}",
        json={"title": "Four", "end_datetime": "2026-06-12T14:00:00Z", "locaton": "x"},
    )

    assert refused_fields(response).keys() >= {"title", "locaton"}


async def test_a_patch_is_an_object(desk: Desk) -> None:
    created = await desk.create()

    for content in ("", "null", "[]", '"text"', "1"):
        response = await desk.client.patch(
            f"/interactions/{created['id']}",
            content=content,
            headers={"Content-Type": "application/json"},
        )
        error_of(response, 422)

"""The order of lists."""

import pytest

from tests.desk import Desk, refused_fields

FIELDS = [
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
    "title",
    "type",
    "lead",
    "location",
    "site_id",
]


async def test_the_latest_start_comes_first_unless_asked_otherwise(desk: Desk) -> None:
    for hour in ("09", "11", "10"):
        await desk.create(title=f"At {hour} h", start_datetime=f"2026-06-12T{hour}:00:00Z")

    assert await desk.titles() == ["At 11 h", "At 10 h", "At 09 h"]


async def test_several_fields_sort_one_after_the_other(desk: Desk) -> None:
    for kind, title in (("CALL", "Bbbbb"), ("EMAIL", "Aaaaa"), ("CALL", "Aaaaa")):
        await desk.create(type=kind, title=title)

    rows = (await desk.listed("sort=-type,%20title"))["interactions"]

    assert [(row["type"], row["title"]) for row in rows] == [
        ("EMAIL", "Aaaaa"),
        ("CALL", "Aaaaa"),
        ("CALL", "Bbbbb"),
    ]


async def test_case_and_accents_do_not_count_in_the_order(desk: Desk) -> None:
    for title in ("zebra", "Émile", "apple", "Eagle"):
        await desk.create(title=title)

    assert await desk.titles("sort=title") == ["apple", "Eagle", "Émile", "zebra"]


@pytest.mark.parametrize("sort", ["location", "-location"])
async def test_what_has_no_location_comes_last_in_either_order(sort: str, desk: Desk) -> None:
    for location in ("Aula", None, "Barn"):
        await desk.create(location=location)

    rows = (await desk.listed(f"sort={sort}"))["interactions"]

    assert rows[-1]["location"] is None


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("field", FIELDS)
async def test_the_id_breaks_ties(field: str, direction: str, desk: Desk) -> None:
    ids = [(await desk.create())["id"] for _ in range(3)]

    rows = (await desk.listed(f"sort={direction}{field}"))["interactions"]

    assert [row["id"] for row in rows] == (ids[::-1] if direction else ids)


async def test_an_unknown_field_is_answered_with_the_nearest_one(desk: Desk) -> None:
    response = await desk.client.get("/interactions?sort=titel")

    assert refused_fields(response, 400) == {"sort": "Unknown sort field; did you mean title?"}


@pytest.mark.parametrize("field", ["notes", "description", "version", "external_id", "id", "site"])
async def test_only_the_named_fields_sort(field: str, desk: Desk) -> None:
    response = await desk.client.get(f"/interactions?sort={field}")

    assert refused_fields(response, 400).keys() == {"sort"}

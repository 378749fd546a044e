"""Times: instants, wall times, and where the clocks are changed."""

import pytest

from tests.desk import Desk, refused_fields
from tests.factories import body


def lasting(start: str, end: str, zone: str) -> dict[str, str]:
    return {"start_datetime": start, "end_datetime": end, "timezone": zone}


@pytest.mark.parametrize(
    ("start", "zone", "instant"),
    [
        ("2026-06-12T14:00:00Z", "Asia/Tokyo", "2026-06-12T14:00:00Z"),
        ("2026-06-12T14:00:00+02:00", "Asia/Tokyo", "2026-06-12T12:00:00Z"),
        ("2026-06-12T14:00:00-09:30", "UTC", "2026-06-12T23:30:00Z"),
        ("2026-06-12t14:00:00z", "UTC", "2026-06-12T14:00:00Z"),
        ("2026-06-12 14:00", "UTC", "2026-06-12T14:00:00Z"),
        ("2026-06-12T14:00:00", "America/New_York", "2026-06-12T18:00:00Z"),
        ("2026-01-12T14:00:00", "America/New_York", "2026-01-12T19:00:00Z"),
        ("2026-06-12T14:00:00.123456Z", "UTC", "2026-06-12T14:00:00.123456Z"),
        ("2026-06-12T14:00:00", "Asia/Kathmandu", "2026-06-12T08:15:00Z"),
    ],
)
async def test_a_time_is_an_instant_or_wall_time(
    start: str, zone: str, instant: str, desk: Desk
) -> None:
    created = await desk.create(**lasting(start, "2026-06-13T14:00:00Z", zone))

    assert created["start_datetime"] == instant
    assert created["timezone"] == zone


@pytest.mark.parametrize(
    ("wall_time", "zone", "offsets", "happens"),
    [
        ("2026-03-29T02:30:00", "Europe/Paris", ("+01:00", "+02:00"), "does not exist"),
        ("2026-10-25T02:30:00", "Europe/Paris", ("+02:00", "+01:00"), "happens twice"),
        ("2026-03-08T02:30:00", "America/New_York", ("-05:00", "-04:00"), "does not exist"),
        ("2026-11-01T01:30:00", "America/New_York", ("-04:00", "-05:00"), "happens twice"),
        ("2026-04-05T01:45:00", "Australia/Lord_Howe", ("+11:00", "+10:30"), "happens twice"),
    ],
)
async def test_a_wall_time_at_a_change_of_clocks_is_refused_with_the_offsets(
    wall_time: str, zone: str, offsets: tuple[str, str], happens: str, desk: Desk
) -> None:
    sent = body(**lasting(wall_time, "2026-12-31T00:00:00Z", zone))
    sentence = refused_fields(await desk.client.post("/interactions", json=sent))["start_datetime"]

    assert happens in sentence
    assert all(offset in sentence for offset in offsets)
    for offset in offsets:
        created = await desk.create(**sent | {"start_datetime": wall_time + offset})
        assert created["start_datetime"].endswith("Z")


@pytest.mark.parametrize(
    "time",
    [
        "",
        "tomorrow",
        "2026-06-12",
        "2026-13-12T14:00:00Z",
        "2026-02-30T14:00:00Z",
        "2026-06-12T25:00:00Z",
        "2026-06-12T14:00:60Z",
        "2026-06-12T14:00:00+25:00",
        "2026-W24-5T14:00:00Z",
        "20260612T140000Z",
        "\u0662026-06-12T14:00:00Z",
        "0000-06-12T14:00:00Z",
        "99999-06-12T14:00:00Z",
        "2026-06-12T14:00:00Z tomorrow",
    ],
)
async def test_what_is_no_time_is_refused(time: str, desk: Desk) -> None:
    response = await desk.client.post("/interactions", json=body(start_datetime=time))

    assert refused_fields(response).keys() == {"start_datetime"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+14:00", "0001-01-01T01:00:00+14:00"),
        ("9999-12-31T23:00:00-12:00", "9999-12-31T23:59:59-12:00"),
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59"),
        ("1969-12-31T23:00:00Z", "1969-12-31T23:59:59Z"),
        ("2101-01-01T00:00:00Z", "2101-01-01T01:00:00Z"),
    ],
)
async def test_years_out_of_reach_are_refused(start: str, end: str, desk: Desk) -> None:
    sent = body(**lasting(start, end, "Pacific/Kiritimati"))

    assert refused_fields(await desk.client.post("/interactions", json=sent)) == {
        "start_datetime": "Start date must be between 1970 and 2100",
        "end_datetime": "End date must be between 1970 and 2100",
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"),
        ("2100-12-31T23:59:58Z", "2100-12-31T23:59:59Z"),
        ("2026-01-01T00:00:00Z", "2027-01-02T00:00:00Z"),
    ],
)
async def test_the_outermost_times_are_accepted(start: str, end: str, desk: Desk) -> None:
    created = await desk.create(**lasting(start, end, "UTC"))

    assert (created["start_datetime"], created["end_datetime"]) == (start, end)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("2026-01-01T00:00:00Z", "End date must be after start date"),
        ("2025-12-31T23:59:59Z", "End date must be after start date"),
        ("2027-01-02T00:00:01Z", "End date must be at most 366 days after start date"),
    ],
)
async def test_the_end_comes_after_the_start_within_366_days(
    end: str, sentence: str, desk: Desk
) -> None:
    sent = body(**lasting("2026-01-01T00:00:00Z", end, "UTC"))

    response = await desk.client.post("/interactions", json=sent)

    assert refused_fields(response) == {"end_datetime": sentence}


async def test_the_duration_is_real_time_over_a_change_of_clocks(desk: Desk) -> None:
    created = await desk.create(
        **lasting("2026-03-29T01:00:00", "2026-03-29T04:00:00", "Europe/Paris")
    )

    assert created["duration_minutes"] == 120

"""Filters by time: days of a zone, instants, overlaps."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import Desk


async def make_starting(desk: Desk, *starts: str) -> None:
    """One interaction of an hour at each time, titled with it."""
    for start in starts:
        end = datetime.fromisoformat(start) + timedelta(hours=1)
        await desk.create(title=start, start_datetime=start, end_datetime=end.isoformat())


async def hours(desk: Desk, query: str) -> list[str]:
    return sorted(await desk.titles(query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("start_date=2026-03-29&end_date=2026-03-29", ["28T23:30", "29T00:00", "29T21:59"]),
        ("start_date=2026-03-29", ["28T23:30", "29T00:00", "29T21:59", "29T22:00"]),
        ("end_date=2026-03-28", ["28T22:30"]),
    ],
)
async def test_a_day_is_that_of_the_zone_also_when_clocks_change(
    query: str, expected: list[str], desk: Desk
) -> None:
    times = ["28T22:30", "28T23:30", "29T00:00", "29T21:59", "29T22:00"]
    await make_starting(desk, *(f"2026-03-{time}:00Z" for time in times))

    found = await hours(desk, f"{query}&tz=Europe/Paris")

    assert found == [f"2026-03-{time}:00Z" for time in expected]


async def test_days_are_utc_unless_a_zone_is_named(desk: Desk) -> None:
    await make_starting(
        desk, "2026-03-28T23:59:59Z", "2026-03-29T00:00:00Z", "2026-03-29T23:59:59.999999Z"
    )

    assert len(await hours(desk, "start_date=2026-03-29&end_date=2026-03-29")) == 2


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo"])
async def test_a_day_whose_midnight_is_skipped_can_be_asked_for(zone: str, desk: Desk) -> None:
    for day in ("2018-11-04", "2026-03-29", "2026-04-24"):
        query = f"start_date={day}&end_date={day}&tz={zone}"
        assert (await desk.listed(query))["total"] == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("start_date=2026-06-12T14:00:00Z", 2),
        ("start_date=2026-06-12T14:00:00.000001Z", 1),
        ("end_date=2026-06-12T14:00:00Z", 1),
        ("end_date=2026-06-12T13:59:59Z", 0),
        ("start_date=2026-06-12T16:00:00&tz=Europe/Paris", 2),
        ("start_date=2026-06-12T16:00:01%2B02:00", 1),
        ("end_date=2026-06-12T15:00", 2),
    ],
)
async def test_an_instant_is_exact_and_included(query: str, count: int, desk: Desk) -> None:
    await make_starting(desk, "2026-06-12T14:00:00Z", "2026-06-12T15:00:00Z")

    assert (await desk.listed(query))["total"] == count


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [
        ("2026-06-12T13:00:00Z", "2026-06-12T14:30:00Z", True),
        ("2026-06-12T14:30:00Z", "2026-06-12T14:40:00Z", True),
        ("2026-06-12T14:59:59Z", "2026-06-12T18:00:00Z", True),
        ("2026-06-12T13:00:00Z", "2026-06-12T16:00:00Z", True),
        ("2026-06-12T15:00:00Z", "2026-06-12T16:00:00Z", False),
        ("2026-06-12T12:00:00Z", "2026-06-12T13:59:59Z", False),
        ("2026-06-12", "2026-06-12", True),
        ("2026-06-13", "2026-06-13", False),
    ],
)
async def test_overlaps_are_found(first: str, last: str, is_found: bool, desk: Desk) -> None:
    await make_starting(desk, "2026-06-12T14:00:00Z")

    page = await desk.listed(f"overlaps_from={first}&overlaps_to={last}")

    assert page["total"] == is_found


async def test_what_changed_since_can_be_asked_for(desk: Desk, admin_engine: AsyncEngine) -> None:
    old, new = await desk.create(title="Older one"), await desk.create(title="Newer one")
    async with admin_engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE app.interactions SET updated_at = updated_at - interval '1 day'"
                " WHERE id = :id"
            ),
            {"id": old["id"]},
        )

    assert await desk.titles(f"updated_since={new['updated_at']}") == ["Newer one"]
    assert await desk.titles(f"updated_since={new['updated_at'][:10]}") == ["Newer one"]
    await desk.client.patch(f"/interactions/{old['id']}", json={"notes": "Changed"})
    assert len(await desk.titles(f"updated_since={new['updated_at']}")) == 2

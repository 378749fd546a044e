"""Months and periods are those of the zone that the request names."""

from datetime import datetime, timedelta

import pytest

from app.statistics.rules import FIRST_MONTH, month_borders, month_name
from tests.desk import Desk
from tests.statistics.conftest import statistics, table

FIRST, LAST = "1970-01-01T00:00:00Z", "2100-12-31T23:00:00Z"


async def make_starting(desk: Desk, *starts: str) -> None:
    """Interactions of a minute at these times."""
    for start in starts:
        end = datetime.fromisoformat(start) + timedelta(minutes=1)
        await desk.create(start_datetime=start, end_datetime=end.isoformat())


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", "2026-06-30T23:59:59.999999Z", "2026-07-01T00:00:00Z"),
        ("Europe/Paris", "2026-06-30T21:59:59.999999Z", "2026-06-30T22:00:00Z"),
        ("Asia/Kolkata", "2026-06-30T18:29:59Z", "2026-06-30T18:30:00Z"),
        ("America/New_York", "2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z"),
        ("Pacific/Kiritimati", "2026-06-30T09:59:59Z", "2026-06-30T10:00:00Z"),
        # To the database this is an abbreviation that knows no summer.
        ("CET", "2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z"),
    ],
)
async def test_a_month_begins_at_the_midnight_of_the_zone(
    zone: str, before: str, after: str, desk: Desk
) -> None:
    await make_starting(desk, before, after)

    assert await table(desk.client, "month", tz=zone) == [["2026-06", 1], ["2026-07", 1]]
    for month, last in (("2026-06", 30), ("2026-07", 31)):
        period = {"from_": f"{month}-01", "to": f"{month}-{last}", "tz": zone}
        assert await table(desk.client, "month", **period) == [[month, 1]]
        assert (await statistics(desk.client, **period))["count"] == 1


@pytest.mark.parametrize(
    ("zone", "month", "last"),
    [
        ("America/St_Johns", "2009-11", 30),  # the first minute of November, and October again
        ("Africa/Cairo", "2010-10", 31),
        ("America/Sao_Paulo", "2018-11", 30),
    ],
)
async def test_a_month_is_what_the_filters_of_the_list_find(
    zone: str, month: str, last: int, desk: Desk
) -> None:
    start = month_borders(zone)[int(month[:4]) * 12 + int(month[5:]) - 1 - FIRST_MONTH]
    minutes = range(-90, 91, 30)
    times = [(start + timedelta(minutes=number, seconds=1)).isoformat() for number in minutes]
    await make_starting(desk, *times)

    listed = await desk.listed(f"start_date={month}-01&end_date={month}-{last}&tz={zone}")

    assert [month, listed["total"]] in await table(desk.client, "month", tz=zone)
    assert listed["total"] == 4


async def test_the_first_and_the_last_month_there_can_be_are_counted(desk: Desk) -> None:
    await make_starting(desk, FIRST, LAST)

    expected = {
        "UTC": [["1970-01", 1], ["2100-12", 1]],
        "America/New_York": [["1969-12", 1], ["2100-12", 1]],
        "Pacific/Auckland": [["1970-01", 1], ["2101-01", 1]],
    }
    for zone, rows in expected.items():
        assert await table(desk.client, "month", tz=zone) == rows


async def test_the_period_is_answered_as_it_was_understood(desk: Desk) -> None:
    answer = await statistics(
        desk.client, from_="2026-06-01", to="2026-06-30", tz="Europe/Paris", title="x"
    )

    assert (answer["from"], answer["to"]) == ("2026-05-31T22:00:00Z", "2026-06-30T21:59:59.999999Z")
    assert answer["tz"] == "Europe/Paris"


async def test_periods_and_dates_hold_together(desk: Desk) -> None:
    await make_starting(desk, "2026-05-02T00:00:00Z", "2026-06-02T00:00:00Z")
    await make_starting(desk, "2026-07-02T00:00:00Z")

    async def months(**query: str) -> list[object]:
        return [row[0] for row in await table(desk.client, "month", **query)]

    assert await months(from_="2026-06-01") == ["2026-06", "2026-07"]
    assert await months(start_date="2026-06-01", end_date="2026-06-30") == ["2026-06"]
    assert await months(from_="2026-05-01", start_date="2026-06-01") == ["2026-06", "2026-07"]
    assert await months(to="2026-06-02", end_date="2026-12-31") == ["2026-05", "2026-06"]
    assert await months(from_="2026-06-02T00:00:00Z", to="2026-06-02T00:00:00Z") == ["2026-06"]
    assert await months(from_="2026-06-02T02:00:01", tz="Europe/Paris") == ["2026-07"]


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Africa/Cairo", "Pacific/Apia"])
def test_the_borders_of_months_are_in_order(zone: str) -> None:
    borders = month_borders(zone)

    assert list(borders) == sorted(set(borders))
    assert month_name(FIRST_MONTH) == "1969-12"
    assert month_name(FIRST_MONTH + len(borders) - 1) == "2101-01"

"""The period that a filter names, and the one before it, by the calendar of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.interactions.finding.tree import Every, Leaf, Not, Some
from app.reports.summary.figures import Period
from app.reports.summary.periods import compared_periods, named_period, period_before

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
CALL = Leaf("type", "eq", "CALL")


def days(first: str, last: str, zone: str = "Europe/Paris") -> Period:
    """From the beginning of a day to the end of another one."""
    place = ZoneInfo(zone)
    start, end = (datetime.fromisoformat(day).replace(tzinfo=place) for day in (first, last))
    return Period(start.astimezone(UTC), (end + timedelta(days=1)).astimezone(UTC) - INSTANT)


def start(op: str, moment: datetime) -> Leaf:
    return Leaf("start_datetime", op, moment)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-06-01", "2026-06-30"), ("2026-05-01", "2026-05-31")),
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31")),
        (("2026-03-23", "2026-03-29"), ("2026-03-16", "2026-03-22")),
        (("2026-03-30", "2026-04-05"), ("2026-03-23", "2026-03-29")),
        (("2026-10-26", "2026-10-26"), ("2026-10-25", "2026-10-25")),
    ],
)
def test_the_period_before_is_as_many_months_or_days(
    period: tuple[str, str], before: tuple[str, str]
) -> None:
    assert period_before(days(*period), "Europe/Paris") == days(*before)


def test_any_other_period_is_compared_with_what_lasts_as_long() -> None:
    period = Period(NOW, NOW + timedelta(hours=5) - INSTANT)

    assert period_before(period, "UTC") == Period(NOW - timedelta(hours=5), NOW - INSTANT)


def test_the_tightest_borders_count() -> None:
    later, earlier = NOW + timedelta(days=1), NOW - timedelta(days=1)
    where = Every(
        (start("gte", earlier), Every((start("gt", NOW), CALL)), start("lte", later + INSTANT)),
    )

    named = named_period(Every((*where.parts, start("lt", later))))

    assert (named.first, named.last) == (NOW + INSTANT, later - INSTANT)
    assert named.rest == Every((CALL,))


def test_what_need_not_hold_names_no_period() -> None:
    where = Every((Some((start("gte", NOW), CALL)), Not(start("gte", NOW))))

    assert named_period(where).first is None
    assert compared_periods(named_period(where), now=NOW, zone="UTC") is None


def test_a_period_without_an_end_is_compared_up_to_now() -> None:
    named = named_period(start("gte", NOW - timedelta(days=2, hours=1)))

    compared = compared_periods(named, now=NOW, zone="UTC")

    assert compared is not None
    assert compared[0].last == NOW - INSTANT
    assert compared[1].first == NOW - timedelta(days=4, hours=2)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (NOW + timedelta(days=1), None),
        (NOW, NOW - timedelta(days=1)),
        (datetime(1901, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_has_nothing_before_it_is_not_compared(first: datetime, last: datetime | None) -> None:
    borders = [start("gte", first), *([start("lte", last)] if last else [])]

    assert compared_periods(named_period(Every(tuple(borders))), now=NOW, zone="UTC") is None

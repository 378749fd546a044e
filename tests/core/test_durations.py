"""Durations of ISO 8601: which there are, and where they lead on calendar and clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from app.core.durations import check_duration, shift

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # as Hypothesis takes them
zones = st.sampled_from(["UTC", "Europe/Paris", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata"])


@st.composite
def durations(draw: st.DrawFn) -> str:
    """Any duration that there can be."""
    most = {"Y": 999, "M": 9_999, "W": 9_999, "D": 99_999}
    clock = {"H": 99_999, "M": 999_999, "S": 99_999_999}
    day, time = (
        "".join(
            f"{draw(st.integers(0, bound))}{letter}"
            for letter, bound in units.items()
            if draw(st.booleans())
        )
        for units in (most, clock)
    )
    if not day and not time:
        return "P0D"
    return f"P{day}T{time}" if time else f"P{day}"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "text", ["P7D", "PT12H", "P1Y", "P1M", "P2W", "P1Y2M3DT4H5M6S", "P0D", "P1W2D", "PT0S"]
)
def test_a_duration_stays_as_it_was_given(text: str) -> None:
    assert check_duration(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "7D", "P7", "p7d", "-P7D", "P-7D", "+P7D", "P1.5D", "P1,5D"),
        *("P1D ", " P1D", "P1D\n", "P1DT1D", "P1S", "P1H", "PT1D", "P1D1Y", "PT1S1H"),
        *("P\u0661D", "P\uff11D", "P1000Y", "P10000M", "P100000D", "PT100000000S", "P1D\0"),
        "P" + "1" * 100_000 + "D",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        check_duration(text)

    assert refusal.value.type == "duration"
    assert "P7D" in refusal.value.message_template  # an example says more than a grammar


@pytest.mark.parametrize(
    ("start", "duration", "zone", "sign", "end"),
    [
        ("2026-06-12T14:00:00+00:00", "P7D", "UTC", -1, "2026-06-05T14:00:00+00:00"),
        ("2026-06-12T14:00:00+00:00", "P7D", "UTC", 1, "2026-06-19T14:00:00+00:00"),
        ("2026-06-12T14:00:00+00:00", "PT90M", "UTC", 1, "2026-06-12T15:30:00+00:00"),
        # The last day of a month that is shorter.
        ("2026-03-31T12:00:00+00:00", "P1M", "UTC", -1, "2026-02-28T12:00:00+00:00"),
        ("2026-01-31T12:00:00+00:00", "P1M", "UTC", 1, "2026-02-28T12:00:00+00:00"),
        ("2024-02-29T12:00:00+00:00", "P1Y", "UTC", 1, "2025-02-28T12:00:00+00:00"),
        ("2024-02-29T12:00:00+00:00", "P4Y", "UTC", 1, "2028-02-29T12:00:00+00:00"),
        ("2026-01-15T12:00:00+00:00", "P1M", "UTC", -1, "2025-12-15T12:00:00+00:00"),
        ("2026-12-15T12:00:00+00:00", "P13M", "UTC", 1, "2028-01-15T12:00:00+00:00"),
        # A day across the change of the clocks has 23 or 25 hours; 24 hours have 24.
        ("2026-03-28T11:00:00+00:00", "P1D", "Europe/Paris", 1, "2026-03-29T10:00:00+00:00"),
        ("2026-03-28T11:00:00+00:00", "PT24H", "Europe/Paris", 1, "2026-03-29T11:00:00+00:00"),
        ("2026-10-25T11:00:00+00:00", "P1D", "Europe/Paris", -1, "2026-10-24T10:00:00+00:00"),
        ("2026-10-25T11:00:00+00:00", "PT24H", "Europe/Paris", -1, "2026-10-24T11:00:00+00:00"),
        # The calendar is that of the zone: there it is another day already.
        ("2026-03-31T23:00:00+00:00", "P1M", "Europe/Paris", -1, "2026-03-01T00:00:00+00:00"),
        ("2026-03-31T23:00:00+00:00", "P1M", "UTC", -1, "2026-02-28T23:00:00+00:00"),
        ("2026-05-30T23:00:00+00:00", "P3M", "Europe/Paris", -1, "2026-02-28T00:00:00+00:00"),
    ],
)
def test_where_a_duration_leads(start: str, duration: str, zone: str, sign: int, end: str) -> None:
    assert shift(moment(start), duration, zone=zone, sign=sign) == moment(end)


@given(start=moments, zone=zones, duration=durations())
def test_no_duration_leads_out_of_reach_or_the_wrong_way(
    start: datetime, zone: str, duration: str
) -> None:
    check_duration(duration)

    past = shift(start, duration, zone=zone, sign=-1)
    future = shift(start, duration, zone=zone, sign=1)

    assert EARLIEST <= past <= start <= future <= LATEST
    assert past.utcoffset() == future.utcoffset() == timedelta(0)


@given(start=moments, zone=zones, seconds=st.integers(0, 10**7))
def test_what_is_on_the_clock_alone_is_exact(start: datetime, zone: str, seconds: int) -> None:
    for sign in (-1, 1):
        end = shift(start, f"PT{seconds}S", zone=zone, sign=sign)
        assert end - start == timedelta(seconds=sign * seconds)

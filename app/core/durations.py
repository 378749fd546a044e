"""Durations of ISO 8601, such as P7D, laid from a moment into the past or the future."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?",
    re.ASCII,
)
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def check_duration(text: str) -> str:
    """A duration as it was given.

    Raises:
        PydanticCustomError: It is none.
    """
    if _DURATION.fullmatch(text) is None:
        raise PydanticCustomError("duration", "{label} must be a duration such as P7D or PT12H")
    return text


def shift(moment: datetime, duration: str, *, zone: str, sign: int) -> datetime:
    """The moment that lies a duration away, within the years 1900 to 2200.

    Years to days are counted on the calendar of the zone, the rest on the clock.

    Args:
        moment: From where.
        duration: How far, in the form that `check_duration` lets through.
        zone: Whose calendar.
        sign: 1 into the future, -1 into the past.
    """
    found = _DURATION.fullmatch(duration)
    assert found is not None  # noqa: S101 - it has been checked
    years, months, weeks, days, hours, minutes, seconds = (
        sign * int(part or 0) for part in found.groups()
    )
    try:
        local = _months_later(moment.astimezone(ZoneInfo(zone)), years * 12 + months)
        local += timedelta(weeks=weeks, days=days)
        clock = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return min(max(local.astimezone(UTC) + clock, _EARLIEST), _LATEST)
    except (OverflowError, ValueError):
        return _EARLIEST if sign < 0 else _LATEST


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of another month, or its last where it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)

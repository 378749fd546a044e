"""Dates and times in filters, read in the zone that the request names."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
"""Wide enough for any interaction, narrow enough that no zone's offset overflows."""


def parse_datetime(text: str) -> datetime | None:
    """A time of RFC 3339's form, the offset being optional; None when it is none."""
    if not _DATETIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:  # a month 13, an hour 25
        return None


def first_instant(text: str, zone: str) -> datetime:
    """The instant that a date or time begins at.

    Raises:
        PydanticCustomError: It is neither a date nor a time, or of a year out of reach.
    """
    if (day := _parse_date(text)) is not None:
        return _midnight(_within_reach(day), zone)
    return _instant(text, zone, fold=0)


def last_instant(text: str, zone: str) -> datetime:
    """The last instant, to the microsecond, that a date or time includes.

    Raises:
        PydanticCustomError: It is neither a date nor a time, or of a year out of reach.
    """
    if (day := _parse_date(text)) is not None:
        next_day = _within_reach(day) + timedelta(days=1)
        return _midnight(next_day, zone) - timedelta(microseconds=1)
    return _instant(text, zone, fold=1)


def _parse_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date, zone: str) -> datetime:
    # Where midnight is skipped, Python takes the same instant by the offset before the change.
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _instant(text: str, zone: str, *, fold: int) -> datetime:
    """A filter need not be exact to the hour that the clocks repeat: `fold` takes the wider."""
    moment = parse_datetime(text)
    if moment is None:
        raise PydanticCustomError(
            "moment_form", "{label} must be a date such as 2026-06-12, or a date and time"
        )
    _within_reach(moment.date())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone), fold=fold)
    return moment.astimezone(UTC)


def _within_reach(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise PydanticCustomError(
            "moment_year", f"{{label}} must be of a year from {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return day

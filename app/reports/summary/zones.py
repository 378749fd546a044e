"""The clocks of a zone as numbers, from which the database tells the day of each moment.

The zone's rules come from here alone, so that days are the same days everywhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.interactions.rules import FIRST_MOMENT, LAST_MOMENT

_EPOCH = date(1970, 1, 1)
_STEP = timedelta(days=7)
"""Clocks change at most once within it."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """When the clocks of a zone change.

    Attributes:
        changes: The instants at which they do.
        offsets: How many seconds they are ahead of UTC: before the first change, and from each on.
    """

    changes: list[datetime]
    offsets: list[int]


@lru_cache(maxsize=64)
def clocks_of(zone: str) -> Clocks:
    """The clocks of a zone, for all moments at which an interaction can start."""
    place = ZoneInfo(zone)
    found = Clocks([], [_offset(FIRST_MOMENT, place)])
    moment = FIRST_MOMENT
    while moment < LAST_MOMENT:
        later = moment + _STEP
        if (offset := _offset(later, place)) != found.offsets[-1]:
            found.changes.append(_change(moment, later, place))
            found.offsets.append(offset)
        moment = later
    return found


def date_of(day: int) -> date:
    """The date of a day by its number, counted from 1970 on."""
    return _EPOCH + timedelta(days=day)


def _change(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The first second with the offset of the later moment."""
    offset = _offset(after, place)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if _offset(middle, place) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(moment: datetime, place: ZoneInfo) -> int:
    offset = moment.astimezone(place).utcoffset()
    assert offset is not None  # noqa: S101 - a zone always has one
    return round(offset.total_seconds())

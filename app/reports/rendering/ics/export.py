"""An export as a calendar. It is written as it is read: what is held in memory is one batch."""

import asyncio
from collections.abc import Iterable
from functools import lru_cache
from typing import BinaryIO

from icalendar import Calendar, Timezone

from app.core.direct_pool import Row
from app.reports.exporting.rows import rows_of
from app.reports.making import Making
from app.reports.rendering.ics.content import lines_of, text_of
from app.reports.rendering.ics.events import LAST_ZONED, event_of, zone_of

_PRODUCT = "-//Interaction Management//Reports//EN"
_END = b"END:VCALENDAR\r\n"


class CalendarFile:
    """A calendar that takes events one after the other; a zone comes before its first event."""

    def __init__(self, file: BinaryIO, *, title: str, zone: str) -> None:
        """Begin.

        Args:
            file: Where to.
            title: What the calendar is called.
            zone: In which zone it is shown.
        """
        self._file = file
        self._zones = set[str]()
        names = [f"X-WR-CALNAME:{text_of(title)}", f"X-WR-TIMEZONE:{text_of(zone)}"]
        file.write(_head() + lines_of(names))

    def write(self, rows: Iterable[Row]) -> None:
        """Write interactions behind those that are there."""
        for row in rows:
            zone = zone_of(row)
            if zone is not None and zone not in self._zones:
                self._zones.add(zone)
                self._file.write(_rules(zone))
            self._file.write(event_of(row))

    def end(self) -> None:
        """Write the end."""
        self._file.write(_END)


async def write_calendar(making: Making) -> None:
    """Write the rows of a report into its file."""
    with making.path.open("wb") as file:
        calendar = CalendarFile(file, title=making.title, zone=making.tz)
        async for batch in rows_of(making):
            await asyncio.to_thread(calendar.write, batch)
        calendar.end()


def _head() -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    return bytes(calendar.to_ical()).removesuffix(_END)


@lru_cache(maxsize=64)
def _rules(zone: str) -> bytes:
    """What a calendar has to know of a zone."""
    return bytes(Timezone.from_tzid(zone, last_date=LAST_ZONED.date()).to_ical())

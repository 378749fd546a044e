"""A calendar: each event is a row, one that repeats is a row for each time within a window."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from icalendar import Calendar

from app.imports.errors import CannotImportError
from app.imports.files.encoding import detect_encoding
from app.imports.files.ics_blocks import Block, index_calendar
from app.imports.files.ics_event import HEADER, MAX_UID, event_values, text_of
from app.imports.files.limits import FileLimits
from app.imports.files.occurrences import (
    MAX_OCCURRENCES,
    MAX_SECONDS,
    Expansion,
    SeriesError,
    TooSlowError,
)
from app.imports.files.rows import ROW_NUMBER, Row, too_many_rows

YEARS_BACK, YEARS_AHEAD = 5, 1

_OPENING = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:import\r\n"
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, OverflowError)

Window = tuple[date, date]


def usual_window(today: date) -> Window:
    """The days among which repeated events are read when nobody says: from some years back."""
    return today - timedelta(days=366 * YEARS_BACK), today + timedelta(days=366 * YEARS_AHEAD)


class IcsFile:
    """A calendar file, read event by event.

    Attributes:
        header: What is read of an event.
        cancelled: How many events the last reading left out, because they were called off.
    """

    def __init__(
        self,
        path: Path,
        limits: FileLimits | None = None,
        *,
        name: str | None = None,
        window: Window | None = None,
    ) -> None:
        """See where its events are.

        Raises:
            CannotImportError: It is cut off, or no text, or holds too much.
        """
        self.name = name or path.name
        self.header = HEADER
        self.cancelled = 0
        self._path = path
        self._limits = limits or FileLimits()
        self._encoding = detect_encoding(path)
        if self._encoding.startswith(("utf-16", "utf-32")):
            raise CannotImportError(f"{self.name} is a calendar in UTF-16: save it in UTF-8")
        self._index = index_calendar(path, name=self.name, limits=self._limits)
        self._window = window or usual_window(datetime.now(UTC).date())
        zone = self._index.zone.decode(self._encoding, "replace")
        self._zone = zone if zone in available_timezones() else ""
        start, stop = self._window
        self.about: dict[str, object] = {"window": [start.isoformat(), stop.isoformat()]}

    def count(self) -> int:
        """How many events there are, before repeated ones are spread out."""
        return len(self._index.blocks)

    def rows(self) -> Iterator[Row]:
        """The events as rows; those that were called off are left out.

        Raises:
            CannotImportError: They are too many once they are spread out.
        """
        self.cancelled, count = 0, 0
        expansion = Expansion(*self._window)
        with self._path.open("rb") as file:
            for blocks in self._index.series():
                for values, fault in self._read(file, blocks, expansion):
                    count += 1
                    if count > self._limits.max_rows:
                        raise too_many_rows(self.name, self._limits.max_rows)
                    cells = [values.get(column, "") for column in HEADER]
                    named = dict(zip(HEADER, cells, strict=True)) | {ROW_NUMBER: str(count)}
                    yield Row(count, str(count), cells, {} if fault else named, fault)
        self.about["cancelled"] = self.cancelled

    def _read(
        self, file: Any, blocks: list[Block], expansion: Expansion
    ) -> Iterator[tuple[dict[str, str], str | None]]:
        """What is in one event or one series, each with what keeps it from being read."""
        is_series = len(blocks) > 1 or blocks[0].repeats
        known = {"uid": blocks[0].uid.decode(self._encoding, "replace")[:MAX_UID]}
        try:
            calendar = self._parse(file, blocks)
            events = [one for one in calendar.walk("VEVENT") if one.get("DTSTART") is not None]
            if not events:
                yield known, "The event has no date that can be read"
                return
            known["summary"] = text_of(events[0], "SUMMARY")
            is_cut = False
            if is_series:
                events, is_cut = expansion.occurrences(calendar)
            for event in events:
                if text_of(event, "STATUS").upper() == "CANCELLED":
                    self.cancelled += 1
                else:
                    yield event_values(event, is_series=is_series, zone=self._zone), None
            if is_cut:
                fault = (
                    f"The event repeats more than {MAX_OCCURRENCES:,} times: the rest is left out"
                )
                yield known, fault
        except SeriesError as error:
            yield known, str(error)
        except TooSlowError:
            raise CannotImportError(
                f"Spreading out the repeated events of {self.name} took more than "
                f"{MAX_SECONDS:.0f} seconds"
            ) from None
        except _FAULTS:
            yield known, "The event cannot be read"

    def _parse(self, file: Any, blocks: list[Block]) -> Calendar:
        texts = []
        for block in blocks:
            file.seek(block.start)
            texts.append(file.read(block.size))
        zones = [
            zone
            for name, zone in self._index.zones.items()
            if name.decode("utf-8", "replace") not in available_timezones()
            and any(name in text for text in texts)
        ]
        whole = b"".join((_OPENING, *zones, *texts, b"\r\nEND:VCALENDAR\r\n"))
        parsed = Calendar.from_ical(whole.decode(self._encoding, "replace"))
        assert isinstance(parsed, Calendar)  # noqa: S101 - for the type checker
        return parsed

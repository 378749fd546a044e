"""Where the events of a calendar file are, so that they can be read one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.imports.errors import CannotImportError
from app.imports.files.limits import MAX_LINE, FileLimits
from app.imports.files.rows import too_many_rows

MAX_ZONES = 2**20
"""Bytes of all time zones that a calendar defines itself."""

_UID = re.compile(rb"^UID[;:](.*)", re.IGNORECASE)
_REPEATS = re.compile(rb"^(?:RRULE|RDATE|RECURRENCE-ID)[;:]", re.IGNORECASE)
_TZID = re.compile(rb"^TZID[;:](.*)", re.IGNORECASE)
_ZONE = re.compile(rb"^X-WR-TIMEZONE[;:](.*)", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One VEVENT: where it is, whose it is, and whether it is of a series."""

    start: int
    size: int = 0
    uid: bytes = b""
    repeats: bool = False


@dataclass(slots=True)
class CalendarIndex:
    """What is in a calendar file.

    Attributes:
        blocks: Its events, in order.
        zones: The time zones that it defines, by name, as they are written.
        zone: The time zone that it says it is in.
    """

    blocks: list[Block] = field(default_factory=list)
    zones: dict[bytes, bytes] = field(default_factory=dict)
    zone: bytes = b""

    def series(self) -> Iterator[list[Block]]:
        """The events, those that belong together in one list, where the first of them is."""
        repeating = {block.uid for block in self.blocks if block.repeats}
        together: dict[bytes, list[Block]] = {}
        for block in self.blocks:
            if block.uid in repeating:
                together.setdefault(block.uid, []).append(block)
        for block in self.blocks:
            if block.uid not in repeating:
                yield [block]
            elif blocks := together.pop(block.uid, None):
                yield blocks


def index_calendar(path: Path, *, name: str, limits: FileLimits) -> CalendarIndex:
    """Go through a calendar file once.

    Raises:
        CannotImportError: It is cut off, nested, or holds too much.
    """
    index = CalendarIndex()
    scan = _Scan(index, name, limits)
    with path.open("rb") as file:
        place = 0
        while line := file.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise CannotImportError(f"{name} has a line of more than {MAX_LINE:,} bytes")
            scan.take(line, place)
            place += len(line)
    scan.finish()
    return index


class _Scan:
    """What stands open while the lines go by."""

    def __init__(self, index: CalendarIndex, name: str, limits: FileLimits) -> None:
        self._index = index
        self._name = name
        self._limits = limits
        self._block: Block | None = None
        self._zone: list[bytes] | None = None
        self._zone_name = b""
        self._zone_bytes = 0
        self._has_end = False
        self._folded: bytes | None = None

    def take(self, line: bytes, place: int) -> None:
        word = line.strip().upper()
        if word == b"BEGIN:VEVENT" and self._block is None:
            self._block = Block(place)
        elif self._block is not None:
            self._take_of_event(self._block, line, word, place)
        elif word == b"BEGIN:VTIMEZONE":
            self._zone = [line]
        elif self._zone is not None:
            self._take_of_zone(self._zone, line, word)
        elif found := _ZONE.match(line):
            self._index.zone = found[1].strip()
        self._has_end = self._has_end or word == b"END:VCALENDAR"

    def _take_of_event(self, block: Block, line: bytes, word: bytes, place: int) -> None:
        block.size = place + len(line) - block.start
        if block.size > MAX_LINE:
            raise CannotImportError(f"{self._name} has an event of more than {MAX_LINE:,} bytes")
        if self._folded is not None and line[:1] in (b" ", b"\t"):
            self._folded += line[1:].strip(b"\r\n")  # a long UID goes on
        elif self._folded is not None:
            block.uid, self._folded = self._folded.strip(), None
        if found := _UID.match(line):
            self._folded = found[1].strip(b"\r\n")
        block.repeats = block.repeats or bool(_REPEATS.match(line))
        if word == b"END:VEVENT":
            self._index.blocks.append(block)
            self._block = None
            if len(self._index.blocks) > self._limits.max_rows:
                raise too_many_rows(self._name, self._limits.max_rows)

    def _take_of_zone(self, zone: list[bytes], line: bytes, word: bytes) -> None:
        zone.append(line)
        self._zone_bytes += len(line)
        if self._zone_bytes > MAX_ZONES:
            raise CannotImportError(f"{self._name} defines too many time zones")
        if found := _TZID.match(line):
            self._zone_name = found[1].strip()
        if word == b"END:VTIMEZONE":
            self._index.zones.setdefault(self._zone_name, b"".join(zone))
            self._zone = None

    def finish(self) -> None:
        if self._block is not None or self._zone is not None or not self._has_end:
            raise CannotImportError(f"{self._name} is cut off: it does not end as a calendar does")

"""Lines of a calendar (RFC 5545, 3.1): escaped, and folded to 75 octets.

The library that reads and writes calendars takes more than a millisecond for an event, which is
too long for a million of them; it still writes the zones, and reads all this back in the tests.
"""

import re
from datetime import UTC, datetime

MOST_OCTETS = 75

_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_SPECIAL = re.compile(r"[\\;,\n]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def text_of(text: str) -> str:
    """A text as a value: its line breaks and signs that mean something escaped."""
    clean = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], clean)


def instant_of(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def lines_of(properties: list[str]) -> bytes:
    """Some properties, each as the line or lines that it takes."""
    return b"".join(_folded(line.encode()) for line in properties)


def _folded(line: bytes) -> bytes:
    if len(line) <= MOST_OCTETS:
        return line + b"\r\n"
    parts, start, room = list[bytes](), 0, MOST_OCTETS
    while len(line) - start > room:
        end = _cut(line, start, start + room)
        parts.append(line[start:end])
        start, room = end, MOST_OCTETS - 1  # the space at the beginning takes one
    parts.append(line[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _cut(line: bytes, start: int, end: int) -> int:
    """The last place to cut at that splits no character, and nothing that is escaped."""
    while line[end] & 0xC0 == 0x80:
        end -= 1
    backslashes = len(line[start:end]) - len(line[start:end].rstrip(b"\\"))
    return end - backslashes % 2

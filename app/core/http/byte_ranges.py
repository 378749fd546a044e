"""Which part of a file a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from starlette.requests import Request

from app.core.errors import RangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file: from `start` up to `end`, which is left out, of `size` bytes."""

    start: int
    end: int
    size: int
    is_part: bool

    @property
    def status(self) -> int:
        """The status of an answer with this part."""
        return 206 if self.is_part else 200

    @property
    def headers(self) -> dict[str, str]:
        """What is said of the part."""
        headers = {"Accept-Ranges": "bytes", "Content-Length": str(self.end - self.start)}
        if self.is_part:
            headers["Content-Range"] = f"bytes {self.start}-{self.end - 1}/{self.size}"
        return headers


def asked_range(request: Request, *, size: int, etag: str) -> ByteRange:
    """The part of a file that a request asks for, or all of it.

    Several parts at once, and what is no range at all, are answered with the whole file; so is a
    part of a file that is not the one the client has the rest of.

    Raises:
        RangeNotSatisfiable: The part begins behind the file's end.
    """
    whole = ByteRange(0, size, size, is_part=False)
    if request.headers.get("if-range", etag) != etag:
        return whole
    found = _ONE_RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not any(found.groups()):
        return whole
    first, last = found.groups()
    if not first:  # so many bytes from the end
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return whole
    if start >= size:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return ByteRange(start, end, size, is_part=True)

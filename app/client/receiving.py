"""A file that is being received: whole in the end, or not there at all."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TypeAlias

Progress: TypeAlias = Callable[[int, int | None], None]
"""Is told how many bytes have come, and how many there are, if that is known."""

_PARTIAL = 206


class Arrival:
    """How far a file has come, so that what is lost on the way is asked for from there."""

    def __init__(self, file: IO[bytes], on_progress: Progress | None) -> None:
        self._file = file
        self._on_progress = on_progress
        self._etag: str | None = None
        self._size: int | None = None

    def headers(self) -> dict[str, str]:
        """What to ask for: the rest of the same file, or all of it."""
        # As it is stored, or sizes and places would be those of something compressed.
        asked = {"Accept-Encoding": "identity"}
        if self._etag is not None and (come := self._file.tell()):
            asked |= {"Range": f"bytes={come}-", "If-Range": self._etag}
        return asked

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """An answer has come, of the rest or of all."""
        if status != _PARTIAL:
            self._file.seek(0)
            self._file.truncate()
            etag = headers.get("ETag", "")
            self._etag = etag if etag and not etag.startswith("W/") else None
            length = headers.get("Content-Length", "")
            self._size = int(length) if length.isdecimal() else None

    def take(self, chunk: bytes) -> None:
        """Bytes have come."""
        self._file.write(chunk)
        if self._on_progress is not None:
            self._on_progress(self._file.tell(), self._size)


@contextmanager
def written_whole(path: str | PathLike[str]) -> Iterator[IO[bytes]]:
    """A file to write into, which takes its place when all has gone well.

    Until then what was at that place stays. Others on the machine cannot read it.
    """
    place = Path(path)
    with NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
        try:
            yield file
            file.close()
            os.replace(file.name, place)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise

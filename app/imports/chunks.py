"""The rows of a file as records, chunk by chunk."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from app.imports.errors import CannotImportError
from app.imports.files.rows import Row, RowFile
from app.imports.reading import Record, Refusal, RowReader

CHUNK = 4_000

TWICE = {"external_id": "This external id is in the file before, for the same site"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows that follow each other.

    Attributes:
        end: How many rows of the file have gone by with it.
        records: Those that can be written.
        refused: The others.
    """

    end: int
    records: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class Chunks:
    """Reads and validates a file in a thread, so that the worker goes on with other jobs.

    Whoever goes through them closes what they go through, also when they stop on the way.
    """

    def __init__(self, file: RowFile, reader: RowReader) -> None:
        self._rows = file.rows()
        self._reader = reader
        self._end = 0
        self._seen: set[int] = set()

    async def __aiter__(self) -> AsyncGenerator[Chunk, None]:
        """Every chunk to the end of the file.

        Raises:
            CannotImportError: The file cannot be read from some row on.
        """
        coming = self._read_ahead()
        try:
            while (chunk := await coming) is not None:
                coming = self._read_ahead()
                yield chunk
        finally:
            with suppress(CannotImportError):
                await coming  # a thread cannot be left alone with a file that is about to go

    def _read_ahead(self) -> "asyncio.Task[Chunk | None]":
        """Begin with the next chunk while what came before is written."""
        return asyncio.create_task(asyncio.to_thread(self._next))

    def _next(self) -> Chunk | None:
        rows = list(islice(self._rows, CHUNK))
        if not rows:
            return None
        self._end += len(rows)
        chunk = Chunk(self._end)
        for found in self._read(rows):
            (chunk.records if isinstance(found, Record) else chunk.refused).append(found)  # type: ignore[arg-type]
        return chunk

    def _read(self, rows: list[Row]) -> Iterator[Record | Refusal]:
        for row in rows:
            found = self._reader.read(row)
            is_twice = isinstance(found, Record) and self._is_seen(found)
            yield Refusal(row, TWICE) if is_twice else found

    def _is_seen(self, record: Record) -> bool:
        """Whether a row before had the same key; of a million keys only the hashes are kept."""
        if record.external_id is None:
            return False
        key = hash((record.site.key, record.external_id))
        is_seen = key in self._seen
        self._seen.add(key)
        return is_seen

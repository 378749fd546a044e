"""Rows of many sites, gathered into batches of one site each."""

from collections.abc import Iterator

from app.imports.reading import Record

BATCH = 500
MOST_WAITING = 5_000
"""How many rows wait at once, over all sites; so memory does not grow with the file."""


class Batches:
    """The records that wait until there are enough of their site."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Record]] = {}
        self._count = 0

    def add(self, record: Record) -> list[Record]:
        """Keep a record; the answer is a batch to be written now, or nothing."""
        batch = self._waiting.setdefault(record.site, [])
        batch.append(record)
        self._count += 1
        if len(batch) >= BATCH:
            return self._taken(record.site)
        if self._count >= MOST_WAITING:
            return self._taken(max(self._waiting, key=lambda site: len(self._waiting[site])))
        return []

    def rest(self) -> Iterator[list[Record]]:
        """What is left at the end."""
        for site in list(self._waiting):
            yield self._taken(site)

    def _taken(self, site: str) -> list[Record]:
        batch = self._waiting.pop(site)
        self._count -= len(batch)
        return batch

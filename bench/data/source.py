"""What a load takes its rows from."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from bench.data.row import Row

CHUNK = 5_000


class SiteNamed(NamedTuple):
    """A site to be made before its rows."""

    id: int
    name: str
    timezone: str


class Source(Protocol):
    """Makes the same rows at each run, any chunk of them without the others."""

    @property
    def rows(self) -> int:
        """How many there are."""

    @property
    def sites(self) -> list[SiteNamed]:
        """The sites, the largest first."""

    def chunk(self, number: int) -> Iterator[Row]:
        """The rows of one chunk, by its number from 0."""


def chunks_of(source: Source) -> range:
    """The numbers of all chunks."""
    return range(-(-source.rows // CHUNK))


def copied_chunk(source: Source, number: int) -> bytes:
    """One chunk as COPY takes it."""
    return "".join(row.as_copied() for row in source.chunk(number)).encode()

"""How a report is made: by one function for each kind and format, which writes one file.

Such a function is listed in `app/reports/makers.py`. It may be stopped at each `await`, when the
report is cancelled or its time is over; what it has written is thrown away then. It reads through
`snapshot` alone, and leaves the event loop free: what computes for more than a moment, such as
the end of a large workbook, belongs into `asyncio.to_thread`.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from app.interactions.finding.schemas import Query
from app.interactions.finding.tree import Every
from app.interactions.sorting import SortTerm
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import Snapshot


class Progress(Protocol):
    """Tells how far the making has come, to whoever waits for the report."""

    async def expect(self, rows: int) -> None:
        """Say how many rows there will be, as soon as that is known; many rows get more time."""

    async def done(self, rows: int) -> None:
        """Say how many rows are done by now; it costs nothing to say it often."""


@dataclass(frozen=True, slots=True)
class Making:
    """One report that is being made.

    Attributes:
        scope: The sites that it is about, all of which its owner may see at this moment.
        query: Which interactions, as it was asked: to be printed.
        where: The same with relative dates counted from `now`: to be looked for.
        order: What rows are sorted by; never by relevance.
        tz: The IANA zone that it is printed in.
        title: What it is called.
        now: The moment of its making.
        path: The file to write; nothing is there yet.
        snapshot: Opens a read-only transaction that sees the scope's sites at one moment.
        progress: Where to tell how far it is.
    """

    scope: SiteScope
    query: Query
    where: Every
    order: tuple[SortTerm, ...]
    tz: str
    title: str
    now: datetime
    path: Path
    snapshot: Callable[[], AbstractAsyncContextManager[Snapshot]]
    progress: Progress


Maker: TypeAlias = Callable[[Making], Awaitable[None]]
"""Makes a report of one kind and format."""

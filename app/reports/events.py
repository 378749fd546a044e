"""The progress of a report as server-sent events, for as long as somebody listens."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from app.core.errors import AppError
from app.reports.schemas import ReportRead

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_SIGNS = 15.0
"""How often something is sent, so that no proxy takes the connection for dead."""

LONGEST_SECONDS = 3600.0


async def events_of(look: Callable[[], Awaitable[ReportRead]]) -> AsyncIterator[bytes]:
    """An event at first and whenever something changes, until nothing more can.

    Args:
        look: Reads the report with the access that its owner has by then. Nothing is held while
            it is not asked; when it refuses, the stream ends.
    """
    told, signed_at = "", time.monotonic()
    give_up_at = signed_at + LONGEST_SECONDS
    while (now := time.monotonic()) < give_up_at:
        try:
            report = await look()
        except AppError:
            return
        text = _json(report, exclude={"estimated_completion"})
        if text != told:
            yield f"event: report\ndata: {_json(report)}\n\n".encode()
            told, signed_at = text, now
        elif now - signed_at >= SECONDS_BETWEEN_SIGNS:
            yield b": nothing new\n\n"
            signed_at = now
        if not report.status.is_open:
            return
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def _json(report: ReportRead, *, exclude: set[str] | None = None) -> str:
    return report.model_dump_json(by_alias=True, exclude_unset=True, exclude=exclude)

"""The file that a job has made, for a route that has seen to it who may have it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.core.errors import Conflict
from app.core.http.attachment import attachment
from app.core.http.byte_ranges import asked_range
from app.core.storage import FileGoneError, Storage
from app.core.vocabulary import JobStatus
from app.models import Job

IDLE_SECONDS = 30.0


async def answer_result(
    request: Request,
    storage: Storage,
    row: Job,
    *,
    plain: str,
    before: Callable[[], Awaitable[None]],
) -> Response:
    """The file, or the part of it that is asked for.

    Args:
        request: May ask for a part.
        storage: Where it lies.
        row: The job.
        plain: What the file is called by clients that know ASCII alone, without its ending.
        before: What is done before the first bytes leave.

    Raises:
        Conflict: There is no file, or none any more.
        RangeNotSatisfiable: There is no such part.
    """
    if row.status != JobStatus.SUCCEEDED.value or row.file_key is None:
        raise Conflict(f"There is no file to download: this is {row.status}")
    etag = f'"{row.id}-{row.attempt}"'
    part = asked_range(request, size=row.file_size or 0, etag=etag)
    try:
        chunks = await storage.read(row.file_key, start=part.start, end=part.end)
    except FileGoneError:
        raise Conflict("The file is gone; ask for it again") from None
    await before()
    name = row.file_name or ""
    headers = {
        **part.headers,
        "ETag": etag,
        "Cache-Control": "no-store",
        "Content-Disposition": attachment(name, plain=f"{plain}.{name.rpartition('.')[2]}"),
    }
    return StreamingResponse(
        _unless_idle(chunks), part.status, headers=headers, media_type=row.media_type
    )


async def _unless_idle(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What comes, as long as it comes."""
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        yield chunk

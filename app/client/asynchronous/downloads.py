"""Files that are received to a path."""

import asyncio
from dataclasses import replace
from itertools import count
from os import PathLike
from pathlib import Path

import httpx

from app.client.asynchronous.operations import Operations
from app.client.calls import Call
from app.client.errors import NoConnectionError
from app.client.receiving import Arrival, Progress, written_whole


class Downloads(Operations):
    """What operations that answer with files stand on."""

    async def _download(
        self, call: Call, path: str | PathLike[str], on_progress: Progress | None
    ) -> Path:
        """Receive a file; what is lost on the way is asked for again."""
        with written_whole(path) as file:
            arrival = Arrival(file, on_progress)
            for tried in count(1):
                try:
                    await self._receive(call, arrival)
                    break
                except httpx.RequestError as error:
                    seconds = self._transport.retries.after_loss(tried, may_repeat=True)
                    if seconds is None:
                        raise NoConnectionError(f"{call.path} broke off") from error
                    await asyncio.sleep(seconds)
        return Path(path)

    async def _receive(self, call: Call, arrival: Arrival) -> None:
        asked = replace(call, headers={**call.headers, **arrival.headers()})
        async with self._transport.stream(self._narrowed(asked)) as response:
            arrival.begin(response.status_code, response.headers)
            async for chunk in response.aiter_bytes():
                arrival.take(chunk)

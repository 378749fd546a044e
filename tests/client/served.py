"""The application behind a port of loopback, with a worker, in the process of the tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx
import uvicorn
from fastapi import FastAPI

from app.client import AsyncIMSClient, IMSClient, Retries
from app.core.config import Settings
from app.core.direct_pool import DirectPool
from app.jobs import desk
from app.models import User
from app.worker import create_desk, create_reads
from tests.conftest import MakeMigrated
from tests.factories import PASSWORD, Make
from tests.own_app import own_app

SECONDS_BETWEEN_LOOKS = 0.05
IMPATIENT = Retries(first_seconds=0.01, longest_seconds=0.05)
"""As many tries as usual, without the waiting."""


class _Server(uvicorn.Server):
    """One that leaves the signals to the tests."""

    capture_signals = nullcontext  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Service:
    """A service that listens, what is in it, and connections to it, which are dear to set up."""

    url: str
    api: FastAPI
    make: Make
    http: httpx.AsyncClient
    waiting_http: httpx.Client
    reads: DirectPool

    def client(self, user: User, *, url: str | None = None) -> AsyncIMSClient:
        """A client that logs in as a user."""
        return AsyncIMSClient(
            url or self.url,
            username=user.username,
            password=PASSWORD,
            retries=IMPATIENT,
            http=self.http,
        )

    def waiting_client(self, user: User, *, url: str | None = None) -> IMSClient:
        """The same without asyncio: for threads."""
        return IMSClient(
            url or self.url,
            username=user.username,
            password=PASSWORD,
            retries=IMPATIENT,
            http=self.waiting_http,
        )


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Have an application listen; answers where."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False)
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def working(served: Service) -> AsyncIterator[None]:
    """Have jobs done soon after they have come: during one test, to be in no other's way."""
    state = served.api.state
    worker = create_desk(state.settings, state.engine, served.reads)
    with patch.object(desk, "SECONDS_BETWEEN_LOOKS", SECONDS_BETWEEN_LOOKS):
        task = asyncio.create_task(worker.work())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def service(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[Service]:
    """A service with a database of its own."""
    async with own_app(make_migrated, settings) as own:
        reads = create_reads(own.api.state.settings)
        await reads.open()
        async with listening(own.api) as url, httpx.AsyncClient(trust_env=False) as http:
            with httpx.Client(trust_env=False) as waiting_http:
                yield Service(url, own.api, own.make, http, waiting_http, reads)
        await reads.close()

"""The sample application, clients for it, and a database to make mistakes in."""

import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.core.database import create_engine
from app.local.throwaway import throwaway_servers
from tests.core.sample_app import client_of, create_app


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep what the application logs out of the output of the tests, and let them see all of it.

    An application that another test of this process has started may have set a level.
    """
    structlog.reset_defaults()
    with capture_logs():
        yield


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as http_client:
        yield http_client


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with throwaway_servers() as servers:
        yield servers.postgres.url("postgres")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(make_url(database_url), pool_size=1)
    yield engine
    await engine.dispose()


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

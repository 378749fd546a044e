"""Applications with limits, on a Valkey that no other test counts in."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from redis.asyncio import Redis

from app.core.config import Settings
from app.core.redis import create_redis
from app.local.throwaway import ThrowawayServers, throwaway_servers
from tests.factories import Client
from tests.starting import started

_numbers = count(1)


def new_address() -> str:
    """An address that no other test of this process calls from."""
    number = next(_numbers)
    return f"198.51.{number // 256}.{number % 256}"


def client_of(api: FastAPI, address: str | None = None, **headers: str) -> Client:
    """A client at an address of its own, or at the one given."""
    transport = httpx.ASGITransport(api, client=(address or new_address(), 1234))
    return Client(transport=transport, base_url="http://test/api/v1", headers=headers)


@pytest.fixture(scope="session")
def own_servers() -> Iterator[ThrowawayServers]:
    with throwaway_servers() as started:
        yield started


@pytest.fixture(scope="session")
def limited_settings(settings: Settings, own_servers: ThrowawayServers) -> Settings:
    """The tests' settings, with the Valkey of these tests alone; no limit is on yet."""
    return settings.model_copy(update={"redis_url": SecretStr(own_servers.valkey.url)})


@pytest.fixture
async def redis(limited_settings: Settings) -> AsyncIterator[Redis]:
    """The connections of one process."""
    async with create_redis(limited_settings) as client:
        yield client


@pytest.fixture
async def start_api(limited_settings: Settings) -> AsyncIterator[Callable[..., object]]:
    """Start the application with limits by name: `start_api(search=5)`."""
    async with AsyncExitStack() as stack:

        async def start(**limits: int) -> FastAPI:
            return await stack.enter_async_context(limited(limited_settings, **limits))

        yield start


@asynccontextmanager
async def limited(settings: Settings, **limits: int) -> AsyncIterator[FastAPI]:
    """The application with limits by name."""
    update = {f"rate_limit_{name}": limit for name, limit in limits.items()}
    async with started(settings.model_copy(update=update)) as api:
        yield api

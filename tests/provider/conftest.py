"""The provider, and the application that trusts it, on the database that all tests share."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.core.config import Settings
from tests.factories import Client
from tests.provider.process import TestProvider, running_provider
from tests.starting import started

StartApp = Callable[..., AbstractAsyncContextManager[FastAPI]]


@pytest.fixture(scope="session")
def provider_process() -> Iterator[TestProvider]:
    """One process for all tests of this one."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(provider_process: TestProvider) -> TestProvider:
    """The provider, at its best behaviour."""
    provider_process.reset()
    return provider_process


@pytest.fixture
def start_app(provider: TestProvider, settings: Settings) -> StartApp:
    """Start an application that trusts the provider; it has fetched nothing of it yet."""

    def start(**over: Any) -> AbstractAsyncContextManager[FastAPI]:
        return started(provider.settings(settings, **over))

    return start


@pytest.fixture(scope="session")
async def sso(provider_process: TestProvider, settings: Settings) -> AsyncIterator[FastAPI]:
    """Such an application, to which people of two domains may come without an invitation.

    It knows the provider's addresses and keys already, so that no test changes what others find.
    """
    provider_process.reset()
    domains = "example.org,sub.example.net"
    async with started(provider_process.settings(settings, oidc_allowed_domains=domains)) as app:
        await app.state.provider_login.provider.tokens_for("any").keys.get("rsa-1")
        yield app


@pytest.fixture
async def browser(sso: FastAPI, provider: TestProvider) -> AsyncIterator[Client]:
    """Somebody's browser: it keeps cookies, and is shown each redirect."""
    async with browser_of(sso) as client:
        yield client


def browser_of(app: FastAPI) -> Client:
    """A browser that looks at an application."""
    return Client(transport=httpx.ASGITransport(app), base_url="http://test/api/v1")

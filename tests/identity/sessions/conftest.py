"""A person, and the browser that they sit at."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.core.config import Settings
from app.models import User
from tests.factories import Make
from tests.identity.sessions.browser import Browser, another_process
from tests.identity.sessions.pages import ALLOWED


@pytest.fixture
async def user(make: Make) -> User:
    """Somebody who may write at one site."""
    return await make.member(await make.site())


@pytest.fixture
def nobodys_browser(api: FastAPI) -> Browser:
    """A browser that nobody is logged in with."""
    return Browser.of(api)


@pytest.fixture
async def browser(api: FastAPI, user: User) -> Browser:
    """The user's browser, logged in and not used yet."""
    opened = Browser.of(api)
    await opened.log_in(user)
    return opened


@pytest.fixture(scope="package")
async def cors_api(settings: Settings) -> AsyncIterator[FastAPI]:
    """An application that the pages of one other origin may use."""
    async with another_process(settings, cors_origins=(ALLOWED,)) as api:
        yield api


@pytest.fixture
async def page(cors_api: FastAPI, user: User) -> Browser:
    """The user's browser at that application."""
    opened = Browser.of(cors_api)
    await opened.log_in(user)
    return opened

"""What is taken away elsewhere is gone for every process within a second, with Redis or without."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.desk import ClientFor
from tests.factories import Make
from tests.identity.sessions.browser import Browser, another_process
from tests.identity.sessions.test_lifetime import DEAD_REDIS

BOUND_SECONDS = 1.0
ONE_REQUEST_SECONDS = 0.5

Elsewhere = Callable[[str], Awaitable[None]]


@pytest.fixture(params=["with Redis", "without Redis"])
async def process(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[FastAPI]:
    """A process that is not the one in which things change."""
    over = {} if request.param == "with Redis" else {"redis_url": DEAD_REDIS}
    async with another_process(settings, **over) as api:
        yield api


@pytest.fixture
async def browser(process: FastAPI, user: User) -> Browser:
    """The user's browser, in use."""
    opened = Browser.of(process)
    await opened.log_in(user)
    assert (await opened.get("/interactions")).status_code == 200
    return opened


async def seconds_until(browser: Browser, path: str, status: int) -> float:
    """How long it is until a request is answered like this; asked all the time, as by a page."""
    started_at = time.monotonic()
    while time.monotonic() - started_at < 2 * BOUND_SECONDS:
        if (await browser.get(path)).status_code == status:
            break
        await asyncio.sleep(0.02)
    return time.monotonic() - started_at


async def test_a_session_that_was_ended(browser: Browser, user: User, api: FastAPI) -> None:
    elsewhere = Browser.of(api)
    await elsewhere.log_in(user)
    assert (await elsewhere.delete("/auth/sessions")).status_code == 204

    assert await seconds_until(browser, "/auth/me", 401) < BOUND_SECONDS + ONE_REQUEST_SECONDS


async def test_a_person_who_was_deactivated(
    browser: Browser, user: User, make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    admin = client_for(await make.admin())
    assert (await admin.delete(f"/users/{user.id}")).status_code == 204

    assert await seconds_until(browser, "/auth/me", 401) < BOUND_SECONDS + ONE_REQUEST_SECONDS
    async with admin_engine.connect() as connection:
        open_ones = await connection.scalar(
            text("SELECT count(*) FROM app.logins WHERE user_id = :id AND revoked_at IS NULL"),
            {"id": user.id},
        )
    assert open_ones == 0  # so that a return of the person brings none of them back


async def test_a_membership_that_was_removed(
    browser: Browser, user: User, make: Make, client_for: ClientFor
) -> None:
    (site,) = (await browser.get("/auth/sites")).json()["sites"]
    path = f"/sites/{site['id']}"
    assert (await browser.get(path)).status_code == 200
    admin = client_for(await make.admin())

    assert (await admin.delete(f"{path}/members/{user.id}")).status_code == 204

    assert await seconds_until(browser, path, 403) < BOUND_SECONDS + ONE_REQUEST_SECONDS
    assert await browser.status() == 200

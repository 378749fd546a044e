"""How long a session lasts."""

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.factories import PASSWORD, body
from tests.identity.sessions.browser import (
    CACHED_SECONDS,
    Browser,
    another_process,
    time_passes,
)

DEAD_REDIS = "redis://127.0.0.1:1/0"


async def test_half_an_hour_without_use_ends_it(
    browser: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    await time_passes(admin_engine, user, timedelta(minutes=29, seconds=50))
    assert await browser.status() == 200

    await time_passes(admin_engine, user, timedelta(minutes=30, seconds=1))
    await asyncio.sleep(CACHED_SECONDS)

    assert await browser.status() == 401


async def test_use_carries_it_on(browser: Browser, user: User, admin_engine: AsyncEngine) -> None:
    for _ in range(3):
        await time_passes(admin_engine, user, timedelta(minutes=20))
        assert (await browser.get("/auth/me")).status_code == 200
        await asyncio.sleep(CACHED_SECONDS)


async def test_no_use_carries_it_beyond_the_twelfth_hour(
    settings: Settings, user: User, admin_engine: AsyncEngine
) -> None:
    async with another_process(settings, session_idle_minutes=24 * 60) as api:
        browser = Browser.of(api)
        await browser.log_in(user)
        await time_passes(admin_engine, user, timedelta(hours=11, minutes=59, seconds=50))
        assert (await browser.get("/auth/me")).status_code == 200

        await time_passes(admin_engine, user, timedelta(seconds=11))

        assert await browser.status() == 401


async def test_the_shortest_idle_limit_does_not_end_a_session_in_use(
    settings: Settings, user: User, admin_engine: AsyncEngine
) -> None:
    async with another_process(settings, session_idle_minutes=1) as api:
        browser = Browser.of(api)
        await browser.log_in(user)
        for seconds in (20, 50, 50):
            await time_passes(admin_engine, user, timedelta(seconds=seconds))
            assert (await browser.get("/auth/me")).status_code == 200
            await asyncio.sleep(CACHED_SECONDS)
        await time_passes(admin_engine, user, timedelta(seconds=61))

        assert await browser.status() == 401


async def test_the_limits_are_settings(
    settings: Settings, user: User, admin_engine: AsyncEngine
) -> None:
    limits = {"session_idle_minutes": 600, "session_max_hours": 1}
    async with another_process(settings, **limits) as api:
        browser = Browser.of(api)
        answer = await browser.post(
            "/auth/session", json={"username": user.username, "password": PASSWORD}
        )
        assert "Max-Age=3600;" in answer.headers["Set-Cookie"]
        await time_passes(admin_engine, user, timedelta(minutes=61))

        assert await browser.status() == 401


async def test_it_outlives_the_process_that_opened_it(settings: Settings, user: User) -> None:
    async with another_process(settings) as before:
        opened = Browser.of(before)
        await opened.log_in(user)

    async with another_process(settings) as after:
        browser = Browser.of(after, cookie=opened.cookie, csrf_token=opened.csrf_token)
        assert (await browser.post("/interactions", json=body())).status_code == 201


async def test_it_does_without_redis(settings: Settings, user: User, browser: Browser) -> None:
    async with another_process(settings, redis_url=DEAD_REDIS) as api:
        moved = Browser.of(api, cookie=browser.cookie, csrf_token=browser.csrf_token)
        assert (await moved.post("/interactions", json=body())).status_code == 201
        opened = Browser.of(api)
        await opened.log_in(user)
        assert await opened.status() == 200
        assert (await opened.delete("/auth/session")).is_success
        assert await opened.status() == 401

"""The secret in the cookie changes every quarter of an hour, and a copy of it betrays itself."""

import asyncio
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.factories import Make, body
from tests.identity.sessions.browser import (
    CACHED_SECONDS,
    Browser,
    actions_of,
    another_process,
    set_cookies,
    time_passes,
)

DUE = timedelta(minutes=15, seconds=1)
LATER = timedelta(seconds=11)


@pytest.fixture
async def due(browser: Browser, user: User, admin_engine: AsyncEngine) -> Browser:
    """The user's browser, whose cookie is due to change."""
    await time_passes(admin_engine, user, DUE)
    return browser


async def test_until_then_the_cookie_stays(
    browser: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    await time_passes(admin_engine, user, timedelta(minutes=14, seconds=50))

    assert set_cookies(await browser.get("/auth/me")) == []


async def test_when_it_is_due_the_answer_brings_a_new_one_of_the_same_session(due: Browser) -> None:
    before = due.cookie

    response = await due.get("/auth/me")

    (header,) = response.headers.get_list("Set-Cookie")
    assert header == f"ims_session={due.cookie}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"
    assert (due.cookie[:38], due.cookie[38:] == before[38:]) == (before[:38], False)
    assert set_cookies(await due.get("/auth/me")) == []
    # What the pages hold goes on being good.
    assert (await due.post("/interactions", json=body())).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/interactions/9223372036854775807", None, 404),
        ("GET", "/interactions?page=x", None, 400),
        ("GET", "/sites/2147483647", None, 403),
        ("POST", "/interactions", {}, 422),
        ("DELETE", "/auth/sessions/x", None, 400),
    ],
)
async def test_an_error_brings_the_new_one_too(
    method: str, path: str, sent: object, status: int, due: Browser
) -> None:
    before = due.cookie

    response = await due.send(method, path, json=sent)

    assert (response.status_code, due.cookie != before) == (status, True)
    assert await due.status() == 200


async def test_a_refused_forgery_brings_it_too(due: Browser) -> None:
    before = due.cookie

    response = await due.post("/interactions", json={}, headers={"X-CSRF-Token": "wrong"})

    assert (response.status_code, due.cookie != before) == (403, True)


async def test_who_logs_out_then_is_logged_out(due: Browser) -> None:
    response = await due.delete("/auth/session")

    assert response.is_success
    assert set_cookies(response)[-1] == ""
    assert due.cookie == ""


async def test_a_lost_answer_logs_nobody_out(
    due: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    before = due.cookie
    await due.get("/auth/me")
    lost, due.cookie = due.cookie, before

    assert await due.status() == 200  # it is not offered again at once, since it may yet arrive
    for _ in range(3):
        await time_passes(admin_engine, user, timedelta(minutes=1, seconds=1))
        await asyncio.sleep(CACHED_SECONDS)
        response = await due.get("/auth/me")
        assert response.status_code == 200
        assert due.cookie not in {before, lost}
        due.cookie = before


async def test_the_old_one_is_good_until_the_new_one_is_shown(
    due: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    before = due.cookie
    await due.get("/auth/me")

    await time_passes(admin_engine, user, timedelta(seconds=40))

    assert await due.status(before) == 200
    assert await due.status() == 200


async def test_the_old_one_is_good_a_moment_longer_for_other_tabs(due: Browser) -> None:
    before = due.cookie
    await due.get("/auth/me")

    assert await due.status() == 200
    assert await due.status(before) == 200
    assert await due.status() == 200


async def test_showing_the_old_one_later_ends_the_session(
    due: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    before = due.cookie
    await due.get("/auth/me")
    assert await due.status() == 200

    await time_passes(admin_engine, user, LATER)

    assert await due.status(before) == 401
    assert await due.status() == 401
    assert await actions_of(admin_engine, user) == ["login.succeeded", "session.reused"]
    assert await due.status(before) == 401  # and that is told once
    assert len(await actions_of(admin_engine, user)) == 2


async def test_a_thief_who_goes_on_with_a_copy_is_found_out_by_its_owner(
    due: Browser, user: User, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    thief = Browser.of(api, cookie=due.cookie)
    await thief.get("/auth/me")
    assert await thief.status() == 200
    await time_passes(admin_engine, user, LATER)

    assert await due.status() == 401

    assert await thief.status() == 401


async def test_another_session_of_the_same_person_goes_on(
    due: Browser, user: User, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    other = Browser.of(api)
    await other.log_in(user)

    assert await due.status(due.cookie[:38] + "A" * 43) == 401

    assert (await due.status(), await other.status()) == (401, 200)


async def ask(browser: Browser, cookie: str) -> tuple[int, list[str]]:
    """The answer to a tab, and what it was offered; who is too busy (503) is asked again."""
    headers, status = {"Cookie": f"{browser.cookie_name}={cookie}"}, 503
    offered: list[str] = []
    while status == 503:
        response = await browser.client.get("/auth/me", headers=headers)
        status, offered = response.status_code, offered + set_cookies(response)
    return status, offered


async def test_tabs_that_ask_at_the_same_time_are_all_answered_and_one_new_cookie_is_offered(
    due: Browser,
) -> None:
    answers = await asyncio.gather(*(ask(due, due.cookie) for _ in range(50)))

    assert {status for status, _ in answers} == {200}
    assert len([value for _, offered in answers for value in offered]) == 1


async def test_tabs_with_the_old_and_the_new_one_at_the_same_time_are_all_answered(
    due: Browser,
) -> None:
    before = due.cookie
    await due.get("/auth/me")

    answers = await asyncio.gather(*(ask(due, before if n % 2 else due.cookie) for n in range(50)))

    assert {status for status, _ in answers} == {200}


async def test_tabs_that_two_processes_answer_are_offered_one_new_cookie(
    due: Browser, api: FastAPI, settings: Settings
) -> None:
    async with another_process(settings) as other_api:
        tabs = [Browser.of(one) for one in (api, other_api)]
        answers = await asyncio.gather(*(ask(tabs[n % 2], due.cookie) for n in range(50)))
        offered = [value for _, found in answers for value in found]

        assert {status for status, _ in answers} == {200}
        assert len(offered) == 1
        # Once the one process has taken it over, the other believes both for a while.
        statuses = [await tabs[0].status(offered[0]), await tabs[1].status(offered[0])]
        statuses.append(await tabs[1].status(due.cookie))

    assert statuses == [200, 200, 200]


async def test_a_read_of_a_person_without_sites_rotates_as_well(
    api: FastAPI, make: Make, admin_engine: AsyncEngine
) -> None:
    nobody, browser = await make.user(), Browser.of(api)
    await browser.log_in(nobody)
    await time_passes(admin_engine, nobody, DUE)

    response = await browser.get("/interactions")

    assert (response.status_code, len(set_cookies(response))) == (200, 1)

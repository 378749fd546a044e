"""Seeing where one is logged in, and ending it."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import User
from tests.desk import Json, error_of
from tests.factories import PASSWORD, Make
from tests.identity.sessions.browser import Browser, actions_of

SHOWN = {
    "id", "kind", "method", "created_at", "last_used_at", "expires_at",
    "address", "user_agent", "is_current",
}  # fmt: skip


@pytest.fixture
async def newcomer(make: Make, api: FastAPI) -> User:
    """Somebody without any login yet but the one that all users of the tests have."""
    return await make.user()


async def open_logins(browser: Browser) -> list[Json]:
    response = await browser.get("/auth/sessions")
    assert response.status_code == 200, response.text
    found: list[Json] = response.json()["sessions"]
    return found


def own(sessions: list[Json]) -> Json:
    (current,) = (one for one in sessions if one["is_current"])
    return current


async def test_the_list_tells_browsers_from_programs_and_which_one_is_asking(
    api: FastAPI, user: User
) -> None:
    browser, program = Browser.of(api), Browser.of(api)
    browser.client.headers["User-Agent"] = "Mozilla/5.0 (test)" + "x" * 300 + "\t"
    await browser.log_in(user)
    await program.post("/auth/login", json={"username": user.username, "password": PASSWORD})

    sessions = await open_logins(browser)

    assert all(session.keys() == SHOWN for session in sessions)
    assert sorted(session["kind"] for session in sessions) == ["session", "token", "token"]
    current = own(sessions)
    assert UUID(current["id"]).hex == browser.cookie[5:37]
    assert (current["kind"], current["method"]) == ("session", "password")
    assert current["address"] == "127.0.0.0/24"
    assert current["user_agent"] == ("Mozilla/5.0 (test)" + "x" * 300)[:200]
    assert current["created_at"] <= current["last_used_at"] < current["expires_at"]
    assert browser.cookie[38:] not in str(sessions)


async def test_nobody_sees_or_ends_another_person_s(
    browser: Browser, api: FastAPI, newcomer: User
) -> None:
    stranger, login_id = Browser.of(api), UUID(browser.cookie[5:37])
    await stranger.log_in(newcomer)

    assert str(login_id) not in [one["id"] for one in await open_logins(stranger)]
    error_of(await stranger.delete(f"/auth/sessions/{login_id}"), 404)
    assert await browser.status() == 200


async def test_one_is_ended_and_the_others_go_on(
    browser: Browser, user: User, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    left_open = Browser.of(api)
    await left_open.log_in(user)
    assert await left_open.status() == 200
    path = f"/auth/sessions/{UUID(left_open.cookie[5:37])}"

    assert (await browser.delete(path)).status_code == 204

    assert (await left_open.status(), await browser.status()) == (401, 200)
    error_of(await browser.delete(path), 404)
    assert (await actions_of(admin_engine, user))[-1] == "session.revoked"
    assert len(await actions_of(admin_engine, user)) == 3


async def test_ending_the_one_that_asks_removes_its_cookie(browser: Browser) -> None:
    cookie = browser.cookie

    response = await browser.delete(f"/auth/sessions/{UUID(cookie[5:37])}")

    assert (response.status_code, browser.cookie) == (204, "")
    assert await browser.status(cookie) == 401


async def test_all_are_ended_at_once(
    browser: Browser, user: User, api: FastAPI, make: Make
) -> None:
    other, program = Browser.of(api), Browser.of(api)
    await other.log_in(user)
    bearer = {"Authorization": f"Bearer {make.token(api, user)}"}
    assert (await program.get("/auth/me", headers=bearer)).status_code == 200
    cookie = browser.cookie

    assert (await browser.delete("/auth/sessions")).status_code == 204

    assert browser.cookie == ""
    assert (await browser.status(cookie), await other.status()) == (401, 401)
    error_of(await program.get("/auth/me", headers=bearer), 401)


async def test_a_program_sees_and_ends_them_too(
    browser: Browser, user: User, api: FastAPI, make: Make
) -> None:
    program = Browser.of(api)
    bearer = {"Authorization": f"Bearer {make.token(api, user)}"}
    sessions = (await program.get("/auth/sessions", headers=bearer)).json()["sessions"]
    assert own(sessions)["kind"] == "token"

    path = f"/auth/sessions/{UUID(browser.cookie[5:37])}"
    assert (await program.delete(path, headers=bearer)).status_code == 204

    assert await browser.status() == 401


@pytest.mark.parametrize(("wrong", "status"), [("x", 400), ("1", 400), ("7" * 32, 404)])
async def test_what_is_no_session_cannot_be_ended(
    wrong: str, status: int, browser: Browser
) -> None:
    error_of(await browser.delete(f"/auth/sessions/{wrong}"), status)


async def test_ended_and_expired_ones_are_not_listed(browser: Browser, user: User) -> None:
    before = browser.cookie
    await browser.log_in(user)

    assert UUID(before[5:37]).hex not in str(await open_logins(browser)).replace("-", "")

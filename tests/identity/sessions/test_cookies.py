"""What is no good session cookie is refused, whatever it looks like."""

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import User
from tests.desk import error_of
from tests.factories import PASSWORD, Make
from tests.identity.sessions.browser import Browser, actions_of

UNKNOWN = f"imss_{'7' * 32}_{'A' * 43}"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_cookie_and_a_bearer_token_together_are_refused(
    method: str, browser: Browser, api: FastAPI, make: Make, user: User
) -> None:
    bearer = {"Authorization": f"Bearer {make.token(api, user)}"}

    together = await browser.send(method, "/interactions", headers=bearer, json={})

    assert error_of(together, 400)["code"] == "bad_request"
    assert (await browser.client.get("/auth/me", headers=bearer)).status_code == 200
    assert await browser.status() == 200


@pytest.mark.parametrize(
    "authorization", ["Basic dTpw", "Bearer", "Bearer ims_test_none", "Bearer x.y.z", ""]
)
async def test_a_cookie_beside_any_authorization_is_refused(
    authorization: str, browser: Browser
) -> None:
    response = await browser.get("/auth/me", headers={"Authorization": authorization})

    error_of(response, 400)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        ".",
        UNKNOWN,
        UNKNOWN.upper(),
        UNKNOWN.removeprefix("imss_"),
        f'"{UNKNOWN}"',
        f"{UNKNOWN}=",
        f"{UNKNOWN}.{UNKNOWN}",
        f"imsr_{'7' * 32}_{'A' * 43}",
        "null",
        "é" * 76,
        "\\000",
        "../../etc/passwd",
        "' OR 1=1 --",
        "7" * 1_000_000,
        f"imss_{'7' * 32}_{'A' * 60_000}",
    ],
    ids=range(17),
)
async def test_what_is_no_cookie_of_ours_is_refused(value: str, nobodys_browser: Browser) -> None:
    cookie = [(b"Cookie", f"ims_session={value}".encode())]

    response = await nobodys_browser.client.get("/auth/me", headers=cookie)

    assert error_of(response, 401)["code"] == "unauthorized"
    assert "Set-Cookie" not in response.headers


async def test_a_forged_secret_of_a_real_session_is_refused_and_ends_it(
    browser: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    # It might be one that was good long ago: nobody else knows the first half.
    assert await browser.status(browser.cookie[:38] + "A" * 43) == 401

    assert await browser.status() == 401
    assert (await actions_of(admin_engine, user))[-1] == "session.reused"


async def test_a_refresh_token_is_no_cookie_and_goes_on_being_good(
    nobodys_browser: Browser, user: User
) -> None:
    login = {"username": user.username, "password": PASSWORD}
    tokens = (await nobodys_browser.client.post("/auth/login", json=login)).json()
    _, login_id, secret = tokens["refresh_token"].split("_", 2)

    assert await nobodys_browser.status(f"imss_{login_id}_{secret}") == 401

    sent = {"refresh_token": tokens["refresh_token"]}
    assert (await nobodys_browser.client.post("/auth/refresh", json=sent)).status_code == 200


async def test_a_cookie_is_no_refresh_token_and_goes_on_being_good(browser: Browser) -> None:
    sent = {"refresh_token": browser.cookie.replace("imss_", "imsr_", 1)}

    error_of(await browser.client.post("/auth/refresh", json=sent), 401)

    assert await browser.status() == 200


async def test_of_two_cookies_one_counts_and_the_other_harms_nothing(browser: Browser) -> None:
    good, other = f"ims_session={browser.cookie}", f"ims_session={UNKNOWN}"

    statuses = [
        (await browser.client.get("/auth/me", headers={"Cookie": cookies})).status_code
        for cookies in (f"{other}; {good}", f"{good}; {other}", f"theme=dark; {good}; a; =b")
    ]

    assert statuses == [200, 401, 200]
    assert await browser.status() == 200


async def test_a_session_in_the_address_or_a_header_counts_for_nothing(browser: Browser) -> None:
    for attempt in (
        browser.client.get(f"/auth/me?ims_session={browser.cookie}"),
        browser.client.get("/auth/me", headers={"Authorization": f"Bearer {browser.cookie}"}),
        browser.client.get("/auth/me", headers={"X-Session": browser.cookie}),
        browser.client.get("/auth/me", headers={"Cookie": f"__Host-ims_session={browser.cookie}"}),
    ):
        error_of(await attempt, 401)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/session"])
async def test_a_dead_cookie_keeps_nobody_from_logging_in(
    path: str, nobodys_browser: Browser, user: User
) -> None:
    nobodys_browser.cookie = UNKNOWN
    login = {"username": user.username, "password": PASSWORD}

    assert (await nobodys_browser.post(path, json=login)).status_code == 200

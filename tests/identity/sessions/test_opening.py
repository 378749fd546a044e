"""Opening a session, asking whose it is, and closing it."""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.desk import error_of
from tests.factories import PASSWORD, Make, body
from tests.identity.sessions.browser import (
    Browser,
    actions_of,
    another_process,
    client_without_jar,
    set_cookies,
)

IMS = "https://ims.example"


def production() -> dict[str, object]:
    """What production insists on."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "environment": "production",
        "public_url": IMS,
        "token_signing_key": pem.decode(),
        "secret_keys": ("a key of the tests with 32 letters and more",),
        "encryption_keys": (urlsafe_b64encode(bytes(range(32))).decode(),),
    }


async def test_a_session_tells_who_is_logged_in_and_gives_a_token_to_write_with(
    nobodys_browser: Browser, user: User
) -> None:
    answer = await nobodys_browser.log_in(user)

    me = (await nobodys_browser.get("/auth/me")).json()
    assert answer == {"user": me, "csrf_token": answer["csrf_token"]}
    assert (me["username"], len(me["sites"])) == (user.username, 1)
    assert (await nobodys_browser.get("/auth/session")).json() == answer
    assert (await nobodys_browser.post("/interactions", json=body())).status_code == 201


async def test_the_cookie_is_out_of_reach_of_pages_and_other_sites(
    nobodys_browser: Browser, user: User
) -> None:
    login = {"username": user.username, "password": PASSWORD}

    response = await nobodys_browser.post("/auth/session", json=login)

    (header,) = response.headers.get_list("Set-Cookie")
    assert header == (
        f"ims_session={nobodys_browser.cookie}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert nobodys_browser.cookie not in response.text
    _, login_id, secret = nobodys_browser.cookie.split("_", 2)
    assert (len(bytes.fromhex(login_id)), len(secret)) == (16, 43)


async def test_in_production_the_cookie_is_for_this_host_and_https_alone(
    settings: Settings, user: User
) -> None:
    login = {"username": user.username, "password": PASSWORD}
    async with another_process(settings, **production()) as api:
        client = client_without_jar(api, base_url=IMS)
        opened = await client.post("/auth/session", json=login)
        (value,) = set_cookies(opened, "__Host-ims_session")
        cookie = {"Cookie": f"__Host-ims_session={value}"}
        seen = await client.get("/auth/session", headers=cookie)
        csrf = {"X-CSRF-Token": seen.json()["csrf_token"], "Origin": IMS}
        closed = await client.delete("/auth/session", headers=cookie | csrf)

    attributes = "Path=/; HttpOnly; SameSite=Lax; Secure"
    assert opened.headers["Set-Cookie"] == (
        f"__Host-ims_session={value}; Max-Age=43200; {attributes}"
    )
    assert closed.is_success
    assert closed.headers["Set-Cookie"] == f'__Host-ims_session=""; Max-Age=0; {attributes}'


async def test_in_production_the_plain_cookie_counts_for_nothing(
    settings: Settings, user: User
) -> None:
    async with another_process(settings, **production()) as api:
        client = client_without_jar(api, base_url=IMS)
        login = {"username": user.username, "password": PASSWORD}
        (value,) = set_cookies(await client.post("/auth/session", json=login), "__Host-ims_session")

        answer = await client.get("/auth/me", headers={"Cookie": f"ims_session={value}"})

    error_of(answer, 401)


async def test_logging_in_again_ends_the_session_before(
    browser: Browser, user: User, api: FastAPI, admin_engine: AsyncEngine
) -> None:
    before = Browser.of(api, cookie=browser.cookie)

    await browser.log_in(user)

    assert browser.cookie[5:37] != before.cookie[5:37]
    assert (await browser.status(), await before.status()) == (200, 401)
    assert await actions_of(admin_engine, user) == ["login.succeeded", "logout", "login.succeeded"]


async def test_a_cookie_that_is_not_known_ends_nothing_at_a_login(
    browser: Browser, user: User, api: FastAPI
) -> None:
    forged = Browser.of(api, cookie=browser.cookie[:38] + "A" * 43)

    await forged.log_in(user)

    assert (await browser.status(), await forged.status()) == (200, 200)


async def test_a_refused_login_leaves_the_session_alone(browser: Browser, user: User) -> None:
    wrong = {"username": user.username, "password": "wrong password"}

    response = await browser.post("/auth/session", json=wrong)

    assert error_of(response, 401)["code"] == "invalid_credentials"
    assert set_cookies(response) == []
    assert await browser.status() == 200


async def test_closing_a_session_ends_it_and_removes_the_cookie(
    browser: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    cookie = browser.cookie

    response = await browser.delete("/auth/session")

    assert response.is_success
    assert response.headers.get_list("Set-Cookie") == [
        'ims_session=""; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'
    ]
    assert browser.cookie == ""
    assert await browser.status(cookie) == 401
    assert await actions_of(admin_engine, user) == ["login.succeeded", "logout"]


async def test_logging_out_is_another_way_to_close_a_session(browser: Browser) -> None:
    cookie = browser.cookie

    response = await browser.post("/auth/logout")

    assert (response.status_code, browser.cookie) == (204, "")
    assert await browser.status(cookie) == 401


async def test_there_is_no_session_without_a_cookie(nobodys_browser: Browser) -> None:
    assert error_of(await nobodys_browser.get("/auth/session"), 401)["code"] == "unauthorized"
    error_of(await nobodys_browser.delete("/auth/session"), 401)


async def test_a_token_is_no_session(nobodys_browser: Browser, api: FastAPI, make: Make) -> None:
    bearer = {"Authorization": f"Bearer {make.token(api, await make.user())}"}

    error_of(await nobodys_browser.get("/auth/session", headers=bearer), 401)
    error_of(await nobodys_browser.delete("/auth/session", headers=bearer), 401)


async def test_only_what_is_needed_to_know_a_cookie_again_is_stored(
    browser: Browser, user: User, admin_engine: AsyncEngine
) -> None:
    statement = text("SELECT l::text FROM app.logins l WHERE user_id = :id AND kind = 'session'")
    async with admin_engine.connect() as connection:
        (row,) = await connection.scalars(statement, {"id": user.id})

    secret = browser.cookie.split("_", 2)[2]
    assert secret not in row
    assert secret.encode().hex() not in row

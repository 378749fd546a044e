"""Logging out here tells where to log out at the provider."""

import pytest
from fastapi import FastAPI

from app.models import User
from tests.factories import PASSWORD, Client, Make
from tests.provider.conftest import StartApp, browser_of
from tests.provider.journey import log_in, person, query_of
from tests.provider.process import Json, TestProvider
from tests.provider.server import CLIENT_ID


async def log_out(browser: Client) -> Json:
    """Log out as a page of ours does."""
    token = (await browser.get("/auth/session")).json()["csrf_token"]
    headers = {"X-CSRF-Token": token, "Sec-Fetch-Site": "same-origin"}
    response = await browser.delete("/auth/session", headers=headers)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    assert (await browser.get("/auth/me")).status_code == 401
    return answer


@pytest.mark.parametrize("sid", ["session 1&x=y", None])
async def test_a_session_by_the_provider_ends_there_too(
    sid: str | None, browser: Client, provider: TestProvider
) -> None:
    account = person(sid=sid)
    provider.set(user={k: v for k, v in account.items() if v is not None})
    await log_in(browser)

    address = (await log_out(browser))["logout_url"]

    assert address.startswith(f"{provider.issuer}logout?")
    hint = {"logout_hint": sid} if sid else {}
    assert (
        query_of(address)
        == {
            "client_id": CLIENT_ID,
            "post_logout_redirect_uri": "http://test/",
        }
        | hint
    )


async def test_a_session_by_a_password_has_nothing_to_end_elsewhere(
    sso: FastAPI, browser: Client, make: Make
) -> None:
    user: User = await make.user()
    credentials = {"username": user.username, "password": PASSWORD}
    assert (await browser.post("/auth/session", json=credentials)).status_code == 200

    assert await log_out(browser) == {"logout_url": None}


async def test_a_provider_without_logout_is_no_hindrance(
    start_app: StartApp, provider: TestProvider
) -> None:
    provider.set(user=person(), discovery={"end_session_endpoint": None})
    async with start_app(oidc_allowed_domains="example.org") as app, browser_of(app) as browser:
        await log_in(browser)

        assert await log_out(browser) == {"logout_url": None}

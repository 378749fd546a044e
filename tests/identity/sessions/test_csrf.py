"""A change with a cookie has to come from a page of ours, and carry its session's token."""

from itertools import product

import pytest
from fastapi import FastAPI

from app.core.config import Settings
from app.models import User
from tests.desk import error_of
from tests.factories import PASSWORD, Make, body
from tests.identity.sessions.browser import Browser, another_process, client_without_jar
from tests.identity.sessions.pages import (
    ALLOWED,
    FETCH_SITES,
    FOREIGN,
    LOOKALIKES,
    ORIGINS,
    OURS,
    from_page,
)

CONTENT_TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded")
TOKENS = ("right", "another session's", "missing")
PAGES = list(product(FETCH_SITES, ORIGINS))


def expected(fetch_site: str | None, origin: str | None, content_type: str, token: str) -> int:
    """What a request is answered with: 422 is as far as an empty body can come."""
    if content_type != "application/json":
        return 415
    is_our_page = fetch_site == "same-origin" or origin in {OURS, ALLOWED}
    return 422 if is_our_page and token == "right" else 403


@pytest.fixture
async def tokens(page: Browser, cors_api: FastAPI, user: User) -> dict[str, dict[str, str]]:
    """The headers of each kind of token."""
    other = Browser.of(cors_api)
    await other.log_in(user)
    return {
        "right": {"X-CSRF-Token": page.csrf_token},
        "another session's": {"X-CSRF-Token": other.csrf_token},
        "missing": {},
    }


async def test_every_combination_is_answered_by_the_rule(
    page: Browser, tokens: dict[str, dict[str, str]]
) -> None:
    cookie = {"Cookie": page.credentials["Cookie"]}
    found, wanted = {}, {}
    for case in product(FETCH_SITES, ORIGINS, CONTENT_TYPES, TOKENS):
        fetch_site, origin, content_type, token = case
        headers = from_page(fetch_site, origin) | tokens[token] | {"Content-Type": content_type}
        sent = b"a=b" if "form" in content_type else b"{}"
        answer = await page.client.post("/interactions", content=sent, headers=headers | cookie)
        found[case], wanted[case] = answer.status_code, expected(*case)

    assert len(found) == 225
    assert {case: status for case, status in found.items() if status != wanted[case]} == {}
    assert sum(status == 422 for status in found.values()) == 13


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("sent", [None, {}])
async def test_every_method_that_changes_something_is_held_to_it(
    method: str, sent: object, page: Browser
) -> None:
    path = "/interactions" if method == "POST" else f"/interactions/{2**63 - 1}"
    cookie = {"Cookie": page.credentials["Cookie"]}

    forged = await page.client.request(
        method, path, json=sent, headers=cookie | from_page("cross-site", FOREIGN)
    )
    honest = await page.send(method, path, json=sent)

    assert error_of(forged, 403)["code"] == "forbidden"
    assert "Access-Control-Allow-Origin" not in forged.headers
    assert honest.status_code != 403


@pytest.mark.parametrize("origin", LOOKALIKES)
async def test_what_looks_like_our_origin_is_not_ours(origin: str, page: Browser) -> None:
    headers = page.credentials | {"Origin": origin}

    error_of(await page.client.post("/interactions", json={}, headers=headers), 403)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "=",
        lambda token: token + "A",
        lambda token: f" {token[:20]} {token[20:]}",
        lambda token: token[:20] + "!" + token[20:],
        lambda token: token.swapcase(),
        lambda token: "A" * 43,
        lambda token: "é" * 43,
        lambda token: "\x7f",
        lambda token: token * 1000,
    ],
)
async def test_a_token_is_right_to_the_letter(change: object, page: Browser) -> None:
    assert callable(change)
    token = change(page.csrf_token).encode("latin-1")

    error_of(await page.post("/interactions", json={}, headers={"X-CSRF-Token": token}), 403)


@pytest.mark.parametrize(
    "host", ["evil.example", "test, evil.example", "[", "test:99999", "a b", "", "@evil.example"]
)
async def test_the_host_header_vouches_for_no_other_origin(host: str, page: Browser) -> None:
    for origin in (FOREIGN, "null", f"https://{host}", "http://"):
        headers = page.credentials | {"Origin": origin, "Host": host}
        error_of(await page.client.post("/interactions", json={}, headers=headers), 403)


async def test_with_a_public_address_that_alone_is_ours(settings: Settings, user: User) -> None:
    public = "https://ims.example"
    async with another_process(settings, public_url=public) as api:
        browser = Browser.of(api)
        await browser.log_in(user)
        statuses = {
            origin: await _status(browser, {"Origin": origin})
            for origin in (public, OURS, f"{public}:443", FOREIGN)
        }
        games = await _status(browser, {"Origin": FOREIGN, "Host": "evil.example"})

    assert statuses == {public: 422, OURS: 403, f"{public}:443": 403, FOREIGN: 403}
    assert games == 403


async def _status(browser: Browser, page: dict[str, str]) -> int:
    headers = browser.credentials | page
    return (await browser.client.post("/interactions", json={}, headers=headers)).status_code


@pytest.mark.parametrize(("fetch_site", "origin"), PAGES)
async def test_reading_needs_no_token(
    fetch_site: str | None, origin: str | None, page: Browser
) -> None:
    headers = from_page(fetch_site, origin) | {"Cookie": page.credentials["Cookie"]}

    assert (await page.client.get("/interactions", headers=headers)).status_code == 200
    assert (await page.client.head("/interactions", headers=headers)).status_code == 200


@pytest.mark.parametrize(("fetch_site", "origin"), PAGES)
async def test_a_bearer_token_needs_none(
    fetch_site: str | None, origin: str | None, cors_api: FastAPI, make: Make, user: User
) -> None:
    bearer = {"Authorization": f"Bearer {make.token(cors_api, user)}"}
    client = client_without_jar(cors_api)

    answer = await client.post(
        "/interactions", json=body(), headers=bearer | from_page(fetch_site, origin)
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(("fetch_site", "origin"), PAGES)
async def test_nobody_is_logged_in_by_a_foreign_page(
    fetch_site: str | None, origin: str | None, cors_api: FastAPI, user: User
) -> None:
    login = {"username": user.username, "password": PASSWORD}
    says_nothing = fetch_site is None and origin is None  # no browser does
    is_ours = fetch_site == "same-origin" or origin in {OURS, ALLOWED}

    answer = await client_without_jar(cors_api).post(
        "/auth/session", json=login, headers=from_page(fetch_site, origin)
    )

    assert answer.status_code == (200 if is_ours or says_nothing else 403)
    assert ("Set-Cookie" in answer.headers) == (answer.status_code == 200)


async def test_a_refused_login_of_a_foreign_page_counts_no_attempt(
    cors_api: FastAPI, user: User
) -> None:
    client = client_without_jar(cors_api)
    wrong = {"username": user.username, "password": "wrong password"}
    for _ in range(6):
        headers = from_page("cross-site", FOREIGN)
        error_of(await client.post("/auth/session", json=wrong, headers=headers), 403)

    right = wrong | {"password": PASSWORD}
    assert (await client.post("/auth/session", json=right)).status_code == 200

"""What comes back from the provider is believed only if it belongs to the login that was begun."""

import asyncio
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.core.database import unscoped_transaction
from app.identity.oidc.pending import LIFETIME_SECONDS, PendingLogin
from app.models import SystemEvent
from tests.desk import error_of, refused_fields
from tests.factories import Client
from tests.provider.conftest import StartApp, browser_of
from tests.provider.journey import leave, log_in, person, query_of, visit
from tests.provider.process import AUDIENCE, Json, TestProvider
from tests.provider.server import CLIENT_ID


async def come_back(browser: Client, back: str, **changes: str | None) -> Any:
    """Return to us with some parameters changed, or (None) left out."""
    query = {k: v for k, v in (query_of(back) | changes).items() if v is not None}
    return await browser.get(f"/auth/oidc/callback?{urlencode(query)}")


async def is_logged_in(browser: Client) -> bool:
    return (await browser.get("/auth/me")).status_code == 200


@pytest.fixture
async def back(browser: Client, provider: TestProvider) -> str:
    """Where the provider sends the browser of somebody who may come in."""
    provider.set(user=person())
    return await visit(await leave(browser))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "A" * 43},
        {"state": None},
        {"state": ""},
        {"state": "\u00e9"},
        {"iss": "https://evil.example/"},
        {"code": "made-up"},
    ],
    ids=str,
)
async def test_an_answer_that_is_none_to_this_login_is_refused(
    changes: dict[str, str | None],
    browser: Client,
    back: str,
    provider: TestProvider,
) -> None:
    error_of(await come_back(browser, back, **changes), 401)

    assert not await is_logged_in(browser)
    # It was the login's only try: not even the true answer is taken now.
    assert "ims_oidc" not in browser.cookies
    error_of(await browser.get(back), 401)


async def test_an_issuer_without_its_slash_is_another_one(browser: Client, back: str) -> None:
    error_of(await come_back(browser, back, iss=query_of(back)["iss"][:-1]), 401)


async def test_a_provider_that_names_itself_in_its_answers_has_to(
    start_app: StartApp, provider: TestProvider
) -> None:
    promise = {"authorization_response_iss_parameter_supported": True}
    provider.set(user=person(), discovery=promise)
    async with start_app(oidc_allowed_domains="example.org") as app, browser_of(app) as browser:
        back = await visit(await leave(browser))
        error_of(await come_back(browser, back, iss=None), 401)

        assert (await log_in(browser)).status_code == 303


async def test_an_issuer_that_no_one_promised_may_be_left_out(browser: Client, back: str) -> None:
    assert (await come_back(browser, back, iss=None)).status_code == 303


async def test_an_answer_can_be_used_once(browser: Client, back: str) -> None:
    assert (await browser.get(back)).status_code == 303
    browser.cookies.clear()

    error_of(await browser.get(back), 401)


async def test_a_code_can_be_used_once_though_the_cookie_was_copied(
    sso: FastAPI, browser: Client, back: str
) -> None:
    copied = browser.cookies["ims_oidc"]
    assert (await browser.get(back)).status_code == 303

    async with browser_of(sso) as thief:
        thief.cookies.set("ims_oidc", copied)
        error_of(await thief.get(back), 401)


async def test_an_answer_in_another_browser_is_worth_nothing(sso: FastAPI, back: str) -> None:
    async with browser_of(sso) as victim:
        error_of(await victim.get(back), 401)  # nothing begun
        await leave(victim)
        error_of(await victim.get(back), 401)  # another login begun
        assert not await is_logged_in(victim)


async def test_a_code_of_another_login_does_not_fit_its_verifier(
    sso: FastAPI, browser: Client, back: str, provider: TestProvider
) -> None:
    async with browser_of(sso) as attacker:
        stolen = query_of(back)["code"]
        own = await visit(await leave(attacker))
        error_of(await come_back(attacker, own, code=stolen), 401)


async def test_a_code_for_another_client_is_refused(
    browser: Client, provider: TestProvider
) -> None:
    provider.set(user=person(), client="another-client")

    error_of(await log_in(browser), 401)


@pytest.mark.parametrize("cookie", ["", "x", "e30=", "\u00ff", "AQ==", "A" * 400])
async def test_a_cookie_of_any_content_does_no_harm(
    cookie: str, browser: Client, back: str
) -> None:
    browser.cookies.clear()

    response = await browser.get(back, headers=[(b"Cookie", b"ims_oidc=" + cookie.encode())])

    error_of(response, 401)
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_a_cookie_is_good_for_ten_minutes(sso: FastAPI) -> None:
    keys = sso.state.key_ring
    pending = PendingLogin.new("/")
    old = PendingLogin("s", "n", "v", "/", expires_at=int(time.time()) - 1)

    assert PendingLogin.open(pending.seal(keys), keys) == pending
    assert 0 < pending.expires_at - time.time() <= LIFETIME_SECONDS
    assert PendingLogin.open(old.seal(keys), keys) is None


ID_TOKENS: dict[str, Json] = {
    "another nonce": {"id_token": {"nonce": "x"}},
    "no nonce": {"id_token": {"nonce": None}},
    "a nonce beyond ASCII": {"id_token": {"nonce": "\u00e9" * 43}},
    "another audience": {"id_token": {"aud": "another-client"}},
    "the API's audience": {"id_token": {"aud": AUDIENCE}},
    "several audiences and nobody named": {"id_token": {"aud": [CLIENT_ID, "x"]}},
    "several audiences for another party": {"id_token": {"aud": [CLIENT_ID, "x"], "azp": "x"}},
    "another party": {"id_token": {"azp": "x"}},
    "another issuer": {"id_token": {"iss": "https://evil.example/"}},
    "no issuer": {"id_token": {"iss": None}},
    "no subject": {"id_token": {"sub": None}},
    "a subject of 5,000": {"id_token": {"sub": "s" * 5000}},
    "over": {"id_token": {"iat": -700, "exp": -100}},
    "no expiry": {"id_token": {"exp": None}},
    "from a clock 5 minutes ahead": {"id_token": {"iat": 300, "exp": 900}},
    "too long": {"id_token": {"exp": 10**7}},
    "an access token": {"header": {"typ": "at+jwt"}},
    "no algorithm": {"header": {"alg": "none"}},
    "HMAC": {"header": {"alg": "HS256"}},
    "another algorithm than the key's": {"header": {"alg": "ES256"}},
    "a key of its own": {"header": {"jku": "https://evil.example/keys"}},
    "an unknown key": {"header": {"kid": "zz"}},
    "no key": {"header": {"kid": None}},
    "a key that is not published": {"signed_by": "rsa-2"},
    # Beside the good ones: the application of all these tests remembers what it finds.
    "a weak key": {"signed_by": "rsa-weak", "published": ["rsa-1", "ec-1", "rsa-weak"]},
}


@pytest.mark.parametrize("knobs", ID_TOKENS.values(), ids=list(ID_TOKENS))
async def test_an_id_token_that_is_not_for_this_login_is_refused(
    knobs: Json, browser: Client, provider: TestProvider
) -> None:
    provider.set(user=person(), **knobs)

    with capture_logs() as logs:
        error_of(await log_in(browser), 401)

    assert [entry["event"] for entry in logs].count("id_token_refused") == 1
    assert not await is_logged_in(browser)


@pytest.mark.parametrize(
    "knobs",
    [
        {"header": {"typ": None}},
        {"header": {"x5t": "AAAA", "x5t#S256": "BBBB"}},
        {"id_token": {"aud": [CLIENT_ID, "x"], "azp": CLIENT_ID}},
        {"id_token": {"aud": [CLIENT_ID]}},
        {"signed_by": "ec-1"},
        {"id_token": {"sid": "s" * 300}},
    ],
    ids=str,
)
async def test_an_id_token_in_another_of_the_forms_that_there_are_is_taken(
    knobs: Json, browser: Client, provider: TestProvider
) -> None:
    provider.set(user=person(), **knobs)

    assert (await log_in(browser)).status_code == 303


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("access_denied", 403),
        ("login_required", 403),
        ("<script>", 403),
        ("", 403),
        ("server_error", 503),
        ("temporarily_unavailable", 503),
    ],
)
async def test_a_refusal_of_the_provider_is_told_without_its_words(
    error: str, status: int, browser: Client, back: str
) -> None:
    response = await come_back(browser, back, code=None, error=error, error_description="<b>")

    error_of(response, status)
    assert "<" not in response.text
    assert "ims_oidc" not in browser.cookies


async def test_an_answer_without_a_code_lets_nobody_in(browser: Client, back: str) -> None:
    error_of(await come_back(browser, back, code=None), 403)


@pytest.mark.parametrize("twice", ["code", "state", "iss", "error"])
async def test_a_parameter_given_twice_is_refused(twice: str, browser: Client, back: str) -> None:
    response = await browser.get(f"{back}&{twice}=a&{twice}=b")

    assert twice in refused_fields(response, 400)


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a//evil.example",
        "/.//evil.example",
        "/@evil.example",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\r\nSet-Cookie: x=y",
        "/a b",
        "/\u2044evil.example",
        "/\uff0fevil.example",
        "",
        " /",
        "/" + "a" * 500,
    ],
)
async def test_nobody_is_sent_on_to_another_site(return_to: str, browser: Client) -> None:
    response = await browser.get("/auth/oidc/login", params={"return_to": return_to})

    assert "return_to" in refused_fields(response, 400)
    assert "ims_oidc" not in browser.cookies


@pytest.mark.parametrize("return_to", ["/", "/a", "/a/", "/a/b?x=1&y=%2F%2Fz#top", "/%5Cevil"])
async def test_a_path_of_ours_is_where_people_go_on_to(
    return_to: str, browser: Client, provider: TestProvider
) -> None:
    provider.set(user=person())

    response = await log_in(browser, return_to)

    assert response.headers["location"] == return_to


BAD_TOKENS: dict[str, Json] = {
    "HTML": {"body": "<html>"},
    "a list": {"body": "[]"},
    "a number": {"body": "1"},
    "nothing": {"body": ""},
    "not UTF-8": {"body": "\u00ff\ud7ff"},
    "deep": {"body": "[" * 60_000},
    "huge": {"body": '{"a": "' + "x" * 70_000 + '"}'},
    "a number beyond reading": {"body": '{"id_token": ' + "9" * 5_000 + "}"},
    "no ID token": {"body": "{}"},
    "an ID token that is no text": {"body": '{"id_token": {}}'},
    "a redirect": {"status": 302, "headers": {"location": "/jwks"}},
    "an error of the server": {"status": 500, "body": "{}"},
    "another client": {"status": 401, "body": '{"error": "invalid_client"}'},
    "an error with a text in it": {"status": 400, "body": '{"error": "a b"}'},
    "an error that is no text": {"status": 400, "body": '{"error": []}'},
    "packed": {"body": "{}", "headers": {"content-encoding": "gzip"}},
    "slow": {"body": "{}", "delay": 20},
    "drop by drop": {"body": "{" + " " * 1000 + "}", "drip": 0.1},
}


@pytest.mark.parametrize("answer", BAD_TOKENS.values(), ids=list(BAD_TOKENS))
@pytest.mark.parametrize("path", ["/token", "/userinfo"])
async def test_nonsense_of_the_provider_is_unavailable_and_never_our_fault(
    path: str, answer: Json, browser: Client, provider: TestProvider
) -> None:
    account = person()
    if path == "/userinfo":
        account = {"sub": account["sub"]}
    provider.set(user=account, answers={path: answer})
    began = time.monotonic()

    response = await log_in(browser)

    error_of(response, 503)
    assert int(response.headers["retry-after"]) > 0
    assert time.monotonic() - began < 5


async def test_failures_are_recorded_and_name_nobody(
    browser: Client, provider: TestProvider, engine: AsyncEngine
) -> None:
    provider.set(user=person(email_verified=False))
    ids = {"X-Request-ID": f"failed-login-{time.monotonic_ns()}"}
    back = await visit(await leave(browser))

    error_of(await browser.get(back, headers=ids), 403)

    async with unscoped_transaction(engine) as session:
        found = (
            await session.scalars(
                select(SystemEvent).where(SystemEvent.request_id == ids["X-Request-ID"])
            )
        ).all()
    assert [(event.action, event.actor_id, event.details) for event in found] == [
        ("login.failed", None, None)
    ]


async def test_a_provider_that_is_down_keeps_nothing_from_starting_and_is_503_at_login(
    start_app: StartApp, engine: AsyncEngine
) -> None:
    nowhere = "http://127.0.0.1:9/"
    async with start_app(oidc_issuer=nowhere) as app, browser_of(app) as browser:
        assert (await browser.get("http://test/health/live")).status_code == 200
        answers = await asyncio.gather(*(browser.get("/auth/oidc/login") for _ in range(20)))
        async with unscoped_transaction(engine) as session:
            assert await session.scalar(select(func.now()))

    for response in answers:
        error_of(response, 503)
        assert 0 < int(response.headers["retry-after"]) <= 30

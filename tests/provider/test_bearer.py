"""The provider's access tokens: for our API, and of people who are linked here."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.models import ExternalIdentity, User
from tests.desk import error_of
from tests.factories import Make
from tests.provider.conftest import StartApp, browser_of
from tests.provider.journey import person
from tests.provider.process import AUDIENCE, Json, TestProvider
from tests.provider.server import CLIENT_ID

JWKS = "/jwks"


async def call(app: FastAPI, token: str, path: str = "/auth/me") -> httpx.Response:
    """Call with a token."""
    async with browser_of(app) as client:
        return await client.get(path, headers={"Authorization": f"Bearer {token}"})


async def link(engine: AsyncEngine, provider: TestProvider, user: User) -> str:
    """Link a user to an account of their own; answers its subject."""
    subject: str = person()["sub"]
    async with unscoped_transaction(engine) as session:
        session.add(ExternalIdentity(issuer=provider.issuer, subject=subject, user_id=user.id))
    return subject


@pytest.fixture
async def subject(engine: AsyncEngine, provider: TestProvider, make: Make) -> str:
    """What the provider calls an editor of ours."""
    return await link(engine, provider, await make.member(await make.site()))


async def test_the_token_of_a_linked_user_is_that_user(
    sso: FastAPI, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    site = await make.site()
    user = await make.member(site, role=Role.VIEWER)
    subject = await link(engine, provider, user)

    response = await call(sso, provider.token(sub=subject))

    assert response.status_code == 200, response.text
    me = response.json()
    assert (me["id"], [(one["id"], one["role"]) for one in me["sites"]]) == (
        user.id,
        [(site.id, "viewer")],
    )


@pytest.mark.parametrize(
    ("header", "over"),
    [
        ({"typ": "at+jwt"}, {}),
        ({"x5t": "AAAA", "x5t#S256": "BBBB"}, {}),
        ({}, {"aud": [AUDIENCE, "https://issuer.example/userinfo"]}),
        ({}, {"azp": CLIENT_ID, "scope": "openid", "sid": "not a login of ours"}),
        ({}, {"iat": -300, "exp": 300}),
    ],
)
async def test_a_token_in_the_forms_that_providers_give_it_is_taken(
    header: Json, over: Json, sso: FastAPI, provider: TestProvider, subject: str
) -> None:
    assert (await call(sso, provider.token(header=header, sub=subject, **over))).is_success


async def test_a_token_by_an_elliptic_key_is_taken(
    sso: FastAPI, provider: TestProvider, subject: str
) -> None:
    assert (await call(sso, provider.token(kid="ec-1", sub=subject))).is_success


async def test_an_account_that_is_linked_to_nobody_is_refused_and_links_nobody(
    sso: FastAPI, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    user = await make.user()
    claims = person(email=user.email)

    response = await call(sso, provider.token(**claims))

    assert "log in with a browser" in error_of(response, 401)["message"]
    async with unscoped_transaction(engine) as session:
        assert await session.get(ExternalIdentity, (provider.issuer, claims["sub"])) is None


async def test_a_subject_that_looks_like_an_id_of_ours_is_not_that_user(
    sso: FastAPI, provider: TestProvider, make: Make
) -> None:
    user = await make.user()

    error_of(await call(sso, provider.token(sub=str(user.id))), 401)


BAD: dict[str, tuple[Json, Json]] = {
    "an ID token": ({}, {"aud": CLIENT_ID, "nonce": "n"}),
    "for another API": ({}, {"aud": "https://other.example/api"}),
    "for no API": ({}, {"aud": None}),
    "of the issuer without its slash": ({}, {"iss": "SLASHLESS"}),
    "of our own issuer": ({}, {"iss": "interaction-management"}),
    "over": ({}, {"iat": -900, "exp": -300}),
    "from a clock 5 minutes ahead": (
        {},
        {"iat": 300, "exp": 900},
    ),
    "from a clock 5 minutes behind": (
        {},
        {"iat": -600, "exp": -299},
    ),
    "for more than a day": ({}, {"exp": 90_000}),
    "no algorithm": ({"alg": "none"}, {}),
    "HMAC": ({"alg": "HS256"}, {}),
    "encrypted": ({"alg": "RSA-OAEP", "enc": "A256GCM"}, {}),
    "an unknown key": ({"kid": "zz"}, {}),
    "the name of another key": ({"kid": "ec-1"}, {}),
    "a key that it brings": ({"jwk": {"kty": "RSA"}}, {}),
    "a certificate that it brings": ({"x5c": ["AA"]}, {}),
    "an address of keys": ({"x5u": "https://evil.example/"}, {}),
    "a logout token": ({"typ": "logout+jwt"}, {}),
    "no type": ({"typ": None}, {}),
    "site ids that are none": ({}, {"site_ids": "1"}),
}


@pytest.mark.parametrize(("header", "over"), BAD.values(), ids=list(BAD))
async def test_a_token_that_is_not_for_us_is_refused(
    header: Json, over: Json, sso: FastAPI, provider: TestProvider, subject: str
) -> None:
    over = {
        name: provider.issuer[:-1] if value == "SLASHLESS" else value
        for name, value in over.items()
    }

    response = await call(sso, provider.token(header=header, sub=subject, **over))

    error_of(response, 401)
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


async def test_a_key_that_is_not_published_signs_nothing(
    sso: FastAPI, provider: TestProvider, subject: str
) -> None:
    error_of(await call(sso, provider.token(kid="rsa-2", sub=subject)), 401)


@pytest.mark.parametrize("wide", [True, False])
async def test_site_ids_of_a_token_narrow_and_never_widen(
    wide: bool, sso: FastAPI, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    here, there, foreign = [await make.site() for _ in range(3)]
    subject = await link(engine, provider, await make.member(here, there))
    named = [here.id, foreign.id] if wide else [here.id]

    response = await call(sso, provider.token(sub=subject, site_ids=named))

    assert [site["id"] for site in response.json()["sites"]] == [here.id]


async def test_a_deactivated_user_is_refused_within_a_second_though_the_token_is_good(
    sso: FastAPI, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    user = await make.user()
    token = provider.token(sub=await link(engine, provider, user))
    assert (await call(sso, token)).is_success
    async with unscoped_transaction(engine) as session:
        stored = await session.get(User, user.id)
        assert stored is not None
        stored.is_active = False

    await asyncio.sleep(1.05)

    error_of(await call(sso, token), 401)


async def test_our_own_tokens_stay_good(sso: FastAPI, make: Make) -> None:
    user = await make.user()

    assert (await call(sso, make.token(sso, user))).is_success


async def test_without_an_audience_no_token_of_the_provider_is_taken(
    start_app: StartApp, provider: TestProvider, subject: str
) -> None:
    async with start_app(oidc_audience=None) as app:
        error_of(await call(app, provider.token(sub=subject)), 401)
    assert provider.count(JWKS) == 0


async def test_200_first_calls_at_once_fetch_the_keys_once(
    start_app: StartApp, provider: TestProvider, subject: str
) -> None:
    # For another API, which is looked at after the signature and before the database.
    tokens = [provider.token(sub=subject, aud="x", jti=str(number)) for number in range(200)]

    async with start_app() as app:
        answers = await asyncio.gather(*(call(app, token) for token in tokens))
        assert (await call(app, provider.token(sub=subject))).is_success

    assert {answer.status_code for answer in answers} == {401}
    assert provider.count(JWKS) == 1


async def test_400_unknown_keys_cost_the_provider_nothing_more(
    start_app: StartApp, provider: TestProvider, subject: str
) -> None:
    unknown = [provider.token(sub=subject, header={"kid": f"x{n}"}) for n in range(400)]

    async with start_app() as app:
        assert (await call(app, provider.token(sub=subject))).is_success
        answers = await asyncio.gather(*(call(app, token) for token in unknown))

    assert {answer.status_code for answer in answers} == {401}
    assert provider.count(JWKS) == 1


@pytest.mark.parametrize(
    "answer",
    [{"status": 500}, {"body": "<html>"}, {"status": 302, "headers": {"location": "/jwks"}}],
    ids=str,
)
async def test_keys_that_cannot_be_had_are_unavailable_and_no_refusal(
    answer: Any, start_app: StartApp, provider: TestProvider, subject: str, make: Make
) -> None:
    provider.set(answers={JWKS: answer})
    user = await make.user()
    async with start_app() as app:
        response = await call(app, provider.token(sub=subject))
        own = await call(app, make.token(app, user))

    error_of(response, 503)
    assert 0 < int(response.headers["retry-after"]) <= 30
    assert own.is_success


async def test_a_provider_that_goes_away_leaves_those_it_vouched_for_at_work(
    start_app: StartApp, provider: TestProvider, subject: str
) -> None:
    async with start_app() as app:
        assert (await call(app, provider.token(sub=subject))).is_success
        provider.set(answers={JWKS: {"status": 500}})

        assert (await call(app, provider.token(sub=subject, jti="2"))).is_success

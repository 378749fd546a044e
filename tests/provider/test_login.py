"""Logging in at the provider ends in a session, for those who may come in."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.vocabulary import LinkKind
from app.models import ExternalIdentity, Login, PasswordLink, SystemEvent, User
from tests.desk import error_of
from tests.factories import Client, Make, unique
from tests.provider.conftest import StartApp, browser_of
from tests.provider.journey import leave, log_in, person, query_of, visit, who
from tests.provider.process import Json, TestProvider
from tests.provider.server import CLIENT_ID, CLIENT_SECRET


async def invite(engine: AsyncEngine, user: User, **over: object) -> PasswordLink:
    """Give a user an invitation that is still good."""
    link = PasswordLink(
        **{
            "id": uuid4(),
            "user_id": user.id,
            "kind": LinkKind.INVITATION.value,
            "secret_hash": bytes(32),
            "expires_at": datetime.now(UTC) + timedelta(days=1),
        }
        | over
    )
    async with unscoped_transaction(engine) as session:
        session.add(link)
    return link


async def events_of(engine: AsyncEngine, user_id: int) -> list[str]:
    """What was recorded of a user, in its order."""
    async with unscoped_transaction(engine) as session:
        return list(
            await session.scalars(
                select(SystemEvent.action)
                .where(SystemEvent.actor_id == user_id)
                .order_by(SystemEvent.id)
            )
        )


async def users_of(engine: AsyncEngine, account: Json) -> list[User]:
    """The users that an account, or its address, belongs to."""
    async with unscoped_transaction(engine) as session:
        linked = select(ExternalIdentity.user_id).where(ExternalIdentity.subject == account["sub"])
        is_theirs = User.id.in_(linked) | (User.email == account["email"])
        return list(await session.scalars(select(User).where(is_theirs)))


async def test_a_person_of_an_allowed_domain_gets_an_account_and_a_session(
    browser: Client, provider: TestProvider, engine: AsyncEngine
) -> None:
    account = person(sid="session-1")
    provider.set(user=account)

    response = await log_in(browser, "/api/docs?tab=1#top")

    assert response.status_code == 303
    assert response.headers["location"] == "/api/docs?tab=1#top"
    assert response.headers["cache-control"] == "no-store"
    me = await who(browser)
    assert (me["email"], me["full_name"], me["sites"]) == (account["email"], "Paula Person", [])
    assert me["username"] == account["email"].partition("@")[0]
    assert me["is_system_admin"] is False
    assert await events_of(engine, me["id"]) == [
        "user.created",
        "identity.linked",
        "login.succeeded",
    ]
    async with unscoped_transaction(engine) as session:
        login = await session.scalar(select(Login).where(Login.user_id == me["id"]))
    assert login is not None
    assert (login.kind, login.method, login.provider_session) == (
        "session",
        "provider",
        "session-1",
    )


async def test_the_next_login_is_the_same_user_whatever_their_address_is_then(
    browser: Client, provider: TestProvider, engine: AsyncEngine
) -> None:
    account = person()
    provider.set(user=account)
    await log_in(browser)
    first = await who(browser)
    provider.set(user=account | {"email": "other@elsewhere.example", "email_verified": False})

    assert (await log_in(browser)).status_code == 303

    assert (await who(browser))["id"] == first["id"]
    assert (await events_of(engine, first["id"]))[2:] == [
        "login.succeeded",
        "logout",  # the session that this browser had
        "login.succeeded",
    ]


async def test_an_existing_user_of_an_allowed_domain_is_linked(
    browser: Client, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    user = await make.user()
    provider.set(user=person(email=user.email.upper()))

    assert (await log_in(browser)).status_code == 303

    assert (await who(browser))["id"] == user.id
    assert await events_of(engine, user.id) == ["identity.linked", "login.succeeded"]


async def test_an_invited_person_of_another_domain_comes_in_and_the_invitation_is_used(
    browser: Client, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    user = await make.user(email=f"{unique('guest')}@partner.example")
    link = await invite(engine, user)
    provider.set(user=person(email=user.email))

    assert (await log_in(browser)).status_code == 303

    assert (await who(browser))["id"] == user.id
    async with unscoped_transaction(engine) as session:
        stored = await session.get(PasswordLink, link.id)
    assert stored is not None
    assert stored.used_at is not None


@pytest.mark.parametrize(
    "over",
    [
        pytest.param({"kind": LinkKind.RESET.value}, id="a reset is none"),
        pytest.param({"used_at": datetime.now(UTC)}, id="used"),
        pytest.param({"expires_at": datetime.now(UTC) - timedelta(minutes=1)}, id="too old"),
        pytest.param(None, id="none"),
    ],
)
async def test_without_an_open_invitation_a_user_of_another_domain_stays_out(
    over: Json | None,
    browser: Client,
    provider: TestProvider,
    make: Make,
    engine: AsyncEngine,
) -> None:
    user = await make.user(email=f"{unique('guest')}@partner.example")
    if over is not None:
        await invite(engine, user, **over)
    provider.set(user=person(email=user.email))

    refusal = error_of(await log_in(browser), 403)

    assert "invitation" in refusal["message"]
    assert (await browser.get("/auth/me")).status_code == 401
    assert await events_of(engine, user.id) == ["login.failed"]


@pytest.mark.parametrize(
    "over",
    [
        pytest.param({"email_verified": False}, id="not verified"),
        pytest.param({"email_verified": "true"}, id="only a text"),
        pytest.param({"email_verified": None}, id="not said"),
        pytest.param({"email": None}, id="no address"),
        pytest.param({"email": ["a@example.org"]}, id="no text"),
        pytest.param({"email": "x\u212a@example.org"}, id="a letter that becomes another"),
        pytest.param({"email": "a@evil.example@example.org"}, id="two addresses"),
        pytest.param({"email": "a b@example.org"}, id="a space"),
        pytest.param({"email": "a@example.org\n"}, id="a line break"),
        pytest.param({"email": "a@example.org.evil.example"}, id="another domain"),
        pytest.param({"email": "a@notexample.org"}, id="a longer domain"),
        pytest.param({"email": "a@deeper.example.org"}, id="a part of the domain"),
    ],
)
async def test_nobody_comes_in_by_an_address_that_is_not_proved_to_be_theirs(
    over: Json, browser: Client, provider: TestProvider, engine: AsyncEngine
) -> None:
    account = person() | over
    provider.set(user={k: v for k, v in account.items() if v is not None}, userinfo=account)

    error_of(await log_in(browser), 403)

    assert (await browser.get("/auth/me")).status_code == 401
    async with unscoped_transaction(engine) as session:
        linked = await session.get(ExternalIdentity, (provider.issuer, account["sub"]))
    assert linked is None


async def test_an_unverified_address_is_no_way_into_an_existing_account_even_with_an_invitation(
    browser: Client, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    user = await make.user()
    await invite(engine, user)
    provider.set(user=person(email=user.email, email_verified=False))

    error_of(await log_in(browser), 403)


async def test_an_inactive_user_stays_out_linked_or_not(
    browser: Client, provider: TestProvider, make: Make, engine: AsyncEngine
) -> None:
    unlinked = await make.user(is_active=False)
    provider.set(user=person(email=unlinked.email))
    error_of(await log_in(browser), 403)

    linked = await make.user(is_active=False)
    account = person()
    async with unscoped_transaction(engine) as session:
        session.add(
            ExternalIdentity(issuer=provider.issuer, subject=account["sub"], user_id=linked.id)
        )
    provider.set(user=account)
    refusal = error_of(await log_in(browser), 403)

    assert "not active" in refusal["message"]
    assert await events_of(engine, linked.id) == ["login.failed"]


async def test_two_first_logins_of_one_person_at_once_make_one_account(
    sso: FastAPI, provider: TestProvider, engine: AsyncEngine
) -> None:
    account = person()
    provider.set(user=account)
    browsers = [browser_of(sso) for _ in range(8)]

    answers = await asyncio.gather(*(log_in(one) for one in browsers))

    assert [answer.status_code for answer in answers] == [303] * 8
    assert len({(await who(one))["id"] for one in browsers}) == 1
    assert len(await users_of(engine, account)) == 1
    for one in browsers:
        await one.aclose()


async def test_people_of_one_name_at_several_domains_get_names_of_their_own(
    sso: FastAPI, provider: TestProvider
) -> None:
    name = unique("same")
    found = []
    for domain in ("example.org", "SUB.example.net"):
        provider.set(user=person(email=f"{name}@{domain}"))
        async with browser_of(sso) as browser:
            await log_in(browser)
            found.append((await who(browser))["username"])

    assert found[0] == name
    assert found[1].startswith(f"{name}-")


@pytest.mark.parametrize(
    ("over", "named"),
    [
        ({"name": None}, None),
        ({"name": " \t "}, None),
        ({"name": "Zo\u00eb  von\u00a0X"}, "Zo\u00eb von X"),
        ({"name": "x" * 150}, "x" * 100),
        ({"name": 7}, None),
        ({"name": "a\u0000b"}, None),
    ],
)
async def test_a_new_user_is_called_as_the_provider_says_where_that_is_a_name(
    over: Json, named: str | None, browser: Client, provider: TestProvider
) -> None:
    account = {k: v for k, v in (person() | over).items() if v is not None}
    provider.set(user=account)

    assert (await log_in(browser)).status_code == 303

    assert (await who(browser))["full_name"] == named or account["email"].partition("@")[0]


async def test_userinfo_has_the_address_that_the_id_token_lacks(
    browser: Client, provider: TestProvider
) -> None:
    account = person()
    provider.set(user={"sub": account["sub"]}, userinfo=account)

    assert (await log_in(browser)).status_code == 303

    assert (await who(browser))["email"] == account["email"]


async def test_userinfo_of_another_person_is_refused(
    browser: Client, provider: TestProvider
) -> None:
    provider.set(user={"sub": "auth0|me"}, userinfo=person())

    error_of(await log_in(browser), 401)


async def test_the_provider_is_sent_what_it_needs_and_no_secret(
    browser: Client, provider: TestProvider
) -> None:
    address = await leave(browser)

    asked = query_of(address)
    assert address.startswith(f"{provider.issuer}authorize?")
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == "http://test/api/v1/auth/oidc/callback"
    assert asked["scope"] == "openid profile email"
    assert CLIENT_SECRET not in address
    cookie = next(iter(browser.cookies.jar))
    assert cookie.name == "ims_oidc"
    for secret in (asked["state"], asked["nonce"]):
        assert len(secret) == 43
        assert secret not in str(cookie.value)


async def test_the_cookie_lasts_ten_minutes_and_is_out_of_reach_of_scripts(
    sso: FastAPI, browser: Client
) -> None:
    response = await browser.get("/auth/oidc/login")

    attributes = response.headers["set-cookie"].split("; ")[1:]
    assert set(attributes) == {"Max-Age=600", "Path=/", "HttpOnly", "SameSite=Lax"}


async def test_the_address_of_the_settings_is_where_browsers_come_back_to(
    start_app: StartApp,
) -> None:
    async with start_app(public_url="https://ims.example.org") as app, browser_of(app) as browser:
        asked = query_of(await leave(browser))

    assert asked["redirect_uri"] == "https://ims.example.org/api/v1/auth/oidc/callback"


@pytest.mark.parametrize(
    ("methods", "secret"),
    [
        (["client_secret_post"], CLIENT_SECRET),
        (["client_secret_basic"], CLIENT_SECRET),
        (None, CLIENT_SECRET),  # not said: by the header
        (["none"], None),
    ],
)
async def test_the_client_shows_who_it_is_in_the_way_that_the_provider_names(
    methods: list[str] | None, secret: str | None, provider: TestProvider, start_app: StartApp
) -> None:
    provider.set(
        user=person(),
        public_client=secret is None,
        discovery={"token_endpoint_auth_methods_supported": methods},
    )
    own = {"oidc_client_secret": secret, "oidc_allowed_domains": "example.org"}
    async with start_app(**own) as app, browser_of(app) as browser:
        assert (await log_in(browser)).status_code == 303


async def test_a_login_goes_on_where_a_provider_adds_parameters_of_its_own(
    browser: Client, provider: TestProvider
) -> None:
    provider.set(user=person())
    back = await visit(await leave(browser))

    response = await browser.get(f"{back}&hd=example.org&hd=x&scope=openid%20email")

    assert response.status_code == 303


async def test_without_a_provider_there_is_no_way_to_log_in_by_one(api: FastAPI) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test/api/v1"
    ) as client:
        for path in ("login", "callback"):
            error_of(await client.get(f"/auth/oidc/{path}"), 404)

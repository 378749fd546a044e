"""Tokens that must be refused are, at every kind of route and wherever they are put."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.auth.refusals import Reason
from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.identity.logins.repository import create_login
from tests.auth.attacks import ATTACKS
from tests.auth.forge import EXPIRES, LOGIN, NOW, RSA_KEY, RULES, claims, token
from tests.conftest import MakeMigrated
from tests.factories import DEVICE, START, Client, body, new_login
from tests.own_app import OwnApp, own_app

USER_ID = int(str(claims()["sub"]))
ROUTES = [("GET", "/auth/me"), ("GET", "/interactions"), ("POST", "/interactions")]

# By the real clock, ninety seconds ahead of when the tests were read is soon past.
TOKENS: dict[str, Any] = {
    name: attack() for name, (reason, attack) in ATTACKS.items() if reason != Reason.NOT_YET_VALID
} | {
    "iat in an hour and more": token(claims(iat=NOW + 10_000)),
    "nbf in an hour and more": token(claims(nbf=NOW + 10_000)),
}
SENDABLE = {name: hostile for name, hostile in TOKENS.items() if isinstance(hostile, str)}


@pytest.fixture(scope="module")
async def served(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    """An application whose tokens these would be, with the user and the login that they name."""
    pem = RSA_KEY.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption_algorithm=NoEncryption()
    )
    own = {
        "token_issuer": RULES.issuer,
        "token_audience": RULES.audience,
        "token_signing_key": pem.decode(),
    }
    async with own_app(make_migrated, Settings(**settings.model_dump() | own)) as app:
        site = await app.make.site()
        users = [await app.make.user() for _ in range(USER_ID)]
        assert users[-1].id == USER_ID
        await app.make.membership(site, users[-1], Role.EDITOR)
        login = new_login(START + timedelta(days=10_000))
        async with unscoped_transaction(app.api.state.engine) as session:
            named = type(login)(
                id=LOGIN,
                kind=login.kind,
                method=login.method,
                secret_hash=login.secret_hash,
                expires_at=login.expires_at,
            )
            await create_login(session, USER_ID, named, DEVICE)
        yield app


async def send(
    app: OwnApp, method: str, path: str, headers: list[tuple[bytes, bytes]]
) -> httpx.Response:
    """Send a request with these very bytes."""
    async with Client(
        transport=httpx.ASGITransport(app.api, raise_app_exceptions=False),
        base_url="http://test/api/v1",
    ) as client:
        content = body() if method == "POST" else None
        return await client.request(method, path, headers=headers, json=content)


def as_bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_the_good_token_that_the_others_differ_from_is_accepted(
    method: str, path: str, served: OwnApp
) -> None:
    headers = [(b"Authorization", as_bytes(f"Bearer {token()}"))]

    assert (await send(served, method, path, headers)).is_success


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda hostile: (b"Authorization", b"Bearer " + hostile), id="header"),
        pytest.param(lambda hostile: (b"Cookie", b"ims_session=" + hostile), id="cookie"),
    ],
)
async def test_no_attack_is_accepted_and_none_is_our_fault(
    place: Callable[[bytes], tuple[bytes, bytes]], method: str, path: str, served: OwnApp
) -> None:
    found = {}
    for name, hostile in SENDABLE.items():
        response = await send(served, method, path, [place(as_bytes(hostile))])
        found[name] = response.status_code

    assert len(found) >= 51
    assert {name: status for name, status in found.items() if status != 401} == {}


@pytest.mark.parametrize(
    "headers",
    [
        [(b"Authorization", b"Bearer GOOD"), (b"Authorization", b"Bearer GOOD")],
        [(b"Authorization", b"Bearer GOOD, Bearer GOOD")],
        [(b"Authorization", b"Bearer\tGOOD")],
        [(b"Authorization", b"Bearer  GOOD")],
        [(b"Authorization", b"BearerGOOD")],
        [(b"Authorization", b"Basic GOOD")],
        [(b"Authorization", b"GOOD")],
        [(b"Proxy-Authorization", b"Bearer GOOD")],
        [(b"X-Authorization", b"Bearer GOOD")],
        [(b"Cookie", b"ims_session=GOOD")],
        [(b"Cookie", b"access_token=GOOD")],
    ],
    ids=str,
)
async def test_a_good_token_in_a_wrong_place_is_none(
    headers: list[tuple[bytes, bytes]], served: OwnApp
) -> None:
    good = as_bytes(token())

    sent = [(name, value.replace(b"GOOD", good)) for name, value in headers]

    assert (await send(served, "GET", "/auth/me", sent)).status_code == 401


async def test_a_good_token_in_the_address_is_none(served: OwnApp) -> None:
    response = await send(served, "GET", f"/auth/me?access_token={token()}", [])

    assert response.status_code == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
async def test_the_case_of_the_scheme_does_not_matter(scheme: str, served: OwnApp) -> None:
    headers = [(b"Authorization", as_bytes(f"{scheme} {token()}"))]

    assert (await send(served, "GET", "/auth/me", headers)).status_code == 200


async def test_a_token_beside_a_cookie_is_a_request_that_says_two_things(served: OwnApp) -> None:
    headers = [
        (b"Authorization", as_bytes(f"Bearer {token(claims(exp=EXPIRES - 1))}")),
        (b"Cookie", b"ims_session=x"),
    ]

    assert (await send(served, "GET", "/auth/me", headers)).status_code == 400

"""Logging in."""

import json

import pytest
from fastapi import FastAPI
from jose import jwt
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.passwords import PasswordHasher
from app.core.vocabulary import Role
from app.models import User
from tests.desk import ClientFor, error_of, refused_fields
from tests.factories import PASSWORD, Client, Make, unique


@pytest.fixture
def nobody(client_for: ClientFor) -> Client:
    return client_for()


async def test_logging_in_answers_tokens_and_who_it_is(make: Make, nobody: Client) -> None:
    site = await make.site()
    user = await make.member(site, role=Role.VIEWER)

    response = await nobody.post(
        "/auth/login", json={"username": user.username, "password": PASSWORD}
    )

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    answer = response.json()
    assert answer.pop("access_token").count(".") == 2
    assert answer.pop("refresh_token").startswith("imsr_")
    assert answer == {
        "token_type": "bearer",
        "expires_in": 1800,
        "user": {
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "full_name": user.full_name,
            "is_system_admin": False,
            "sites": [{"id": site.id, "name": site.name, "role": "viewer"}],
        },
    }


async def test_the_access_token_is_good_at_once(make: Make, nobody: Client) -> None:
    user = await make.user()
    tokens = (
        await nobody.post("/auth/login", json={"username": user.username, "password": PASSWORD})
    ).json()

    me = await nobody.get("/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert me.json() == tokens["user"]


@pytest.mark.parametrize("write", [str, str.upper, str.title])
@pytest.mark.parametrize("field", ["username", "email"])
async def test_name_and_address_are_read_in_any_case(
    field: str, write: type[str], make: Make, nobody: Client
) -> None:
    user = await make.user()

    response = await nobody.post(
        "/auth/login", json={"username": write(getattr(user, field)), "password": PASSWORD}
    )

    assert response.json()["user"]["id"] == user.id


async def test_unknown_wrong_and_inactive_are_answered_alike(make: Make, nobody: Client) -> None:
    active, inactive = await make.user(), await make.user(is_active=False)
    tries = [
        (unique("nobody"), PASSWORD),
        (active.username, "another password"),
        (active.username, PASSWORD + " "),
        (active.username, PASSWORD.upper()),
        (inactive.username, PASSWORD),
        (f"{active.username}%", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ]

    errors = [
        error_of(await nobody.post("/auth/login", json={"username": name, "password": word}), 401)
        for name, word in tries
    ]

    told = {(error["code"], error["message"], error.get("details")) for error in errors}
    assert told == {("invalid_credentials", "The user name or the password is wrong", None)}


@pytest.mark.parametrize("path", ["/auth/login", "/auth/session"])
async def test_refused_logins_are_the_same_to_the_byte(
    path: str, make: Make, client_for: ClientFor
) -> None:
    active, inactive = await make.user(), await make.user(is_active=False)
    client = client_for(**{"X-Request-ID": unique("refused")})
    tries = [
        (unique("nobody"), "another password"),
        (active.username, "another password"),
        (inactive.username, "another password"),
        (inactive.username, PASSWORD),
    ]

    answers = [
        await client.post(path, json={"username": name, "password": word}) for name, word in tries
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, answers[0].content)
    }
    assert [answer.headers.raw for answer in answers] == [answers[0].headers.raw] * len(tries)


async def test_a_refused_login_says_how_to_authenticate(nobody: Client) -> None:
    response = await nobody.post("/auth/login", json={"username": "no", "password": "no"})

    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_who_has_no_password_cannot_log_in(
    make: Make, client_for: ClientFor, nobody: Client
) -> None:
    name = unique("invited")
    content = {"username": name, "email": f"{name}@example.org", "full_name": "Invited"}
    assert (await client_for(await make.admin()).post("/users", json=content)).status_code == 201

    error_of(await nobody.post("/auth/login", json={"username": name, "password": "x"}), 401)


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({}, {"username", "password"}),
        ({"username": " ", "password": ""}, {"username", "password"}),
        ({"username": None, "password": 17}, {"username", "password"}),
        ({"username": "a\0b", "password": "x"}, {"username"}),
        ({"username": "\ud800", "password": "x"}, {"username"}),
        ({"username": "x" * 255, "password": "x" * 1025}, {"username", "password"}),
        ({"username": "ann", "password": "x", "totpp": "1"}, {"totpp"}),
    ],
)
async def test_a_login_that_cannot_be_read_is_refused_by_field(
    sent: dict[str, object], names: set[str], nobody: Client
) -> None:
    # Not httpx' own way to write JSON, which cannot write half of a surrogate pair.
    response = await nobody.post(
        "/auth/login", content=json.dumps(sent), headers={"Content-Type": "application/json"}
    )

    assert refused_fields(response).keys() == names


async def test_the_time_of_the_last_login_is_kept(
    make: Make, client_for: ClientFor, nobody: Client
) -> None:
    user, admin = await make.user(), client_for(await make.admin())
    before = (await admin.get(f"/users/{user.id}")).json()["last_login_at"]

    await nobody.post("/auth/login", json={"username": user.username, "password": PASSWORD})

    assert (await admin.get(f"/users/{user.id}")).json()["last_login_at"] > before


async def _stored_hash(engine: AsyncEngine, user: User) -> str:
    async with engine.connect() as connection:
        statement = text("SELECT password_hash FROM app.password_credentials WHERE user_id = :id")
        stored: str = await connection.scalar(statement, {"id": user.id})
        return stored


async def test_a_hash_of_other_costs_is_renewed_on_login(
    make: Make, nobody: Client, admin_engine: AsyncEngine
) -> None:
    user = await make.user()
    costly = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    old = await costly.hash_password(PASSWORD)
    costly.close()
    async with admin_engine.begin() as connection:
        await connection.execute(
            text("UPDATE app.password_credentials SET password_hash = :hash WHERE user_id = :id"),
            {"hash": old, "id": user.id},
        )
    login = {"username": user.username, "password": PASSWORD}

    assert (await nobody.post("/auth/login", json=login)).status_code == 200

    renewed = await _stored_hash(admin_engine, user)
    assert "m=8,t=1" in renewed
    assert (await nobody.post("/auth/login", json=login)).status_code == 200
    assert await _stored_hash(admin_engine, user) == renewed


async def test_the_published_keys_verify_an_access_token(
    make: Make, nobody: Client, api: FastAPI
) -> None:
    user = await make.user()
    jwks = (await nobody.get("http://test/.well-known/jwks.json")).json()
    token = make.token(api, user)

    claims = jwt.decode(token, jwks, algorithms=["ES256"], audience="interaction-management-api")

    assert claims["sub"] == str(user.id)
    assert claims["exp"] - claims["iat"] == 1800
    (key,) = jwks["keys"]
    assert key["use"] == "sig"
    assert key["kid"] == jwt.get_unverified_header(token)["kid"]
    assert "d" not in key

"""Administrators who log in with a password need a second factor where the settings say so."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.access import ACCESS, Access
from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import User
from tests.desk import error_of
from tests.factories import Client, Make
from tests.identity.totp.authenticator import set_up
from tests.starting import started
from tests.tenancy.operations import OPERATIONS

SENTENCE = "Administrators need a second factor: set one up at POST /api/v1/auth/totp"

TELLS_NOTHING_OF_A_SITE = {"listInteractionTypes"}

ClientOf = Callable[[str], Client]


@pytest.fixture(scope="module")
async def strict_api(settings: Settings) -> AsyncIterator[FastAPI]:
    async with started(settings.model_copy(update={"require_totp_for_admins": True})) as app:
        yield app


@pytest.fixture
async def client_of(strict_api: FastAPI) -> AsyncIterator[ClientOf]:
    """A client that sends a bearer token or key."""
    clients: list[Client] = []

    def client(bearer: str) -> Client:
        clients.append(
            Client(
                transport=httpx.ASGITransport(strict_api),
                base_url="http://test/api/v1",
                headers={"Authorization": f"Bearer {bearer}"},
            )
        )
        return clients[-1]

    yield client
    for one in clients:
        await one.aclose()


async def _administrators(make: Make) -> list[User]:
    return [await make.admin(), await make.member(await make.site(), role=Role.SITE_ADMIN)]


async def test_they_may_do_nothing_else_than_set_one_up(
    make: Make, strict_api: FastAPI, client_of: ClientOf
) -> None:
    for user in await _administrators(make):
        client = client_of(make.token(strict_api, user))
        refused = await client.get("/interactions")
        assert error_of(refused, 403)["message"] == SENTENCE
        assert (await client.get("/auth/me")).json()["id"] == user.id
        assert (await client.get("/auth/sites")).status_code == 200

        await set_up(client)

        assert (await client.get("/interactions")).status_code == 200


async def test_every_operation_outside_of_auth_refuses_them(
    make: Make, strict_api: FastAPI, client_of: ClientOf
) -> None:
    client = client_of(make.token(strict_api, await make.admin()))
    answers = {
        operation.id: await client.request(
            operation.method,
            f"http://test{operation.any_url()}",
            params=operation.query(),
            json={} if operation.takes_body else None,
        )
        for operation in OPERATIONS
        if ACCESS[operation.id] is not Access.ANYBODY and "/auth/" not in operation.path
    }

    let_in = {name for name, answer in answers.items() if SENTENCE not in answer.text}
    assert let_in <= TELLS_NOTHING_OF_A_SITE


async def test_others_are_not_concerned(
    make: Make, strict_api: FastAPI, client_of: ClientOf
) -> None:
    editor = await make.member(await make.site(), role=Role.EDITOR)

    response = await client_of(make.token(strict_api, editor)).get("/interactions")

    assert response.status_code == 200


async def test_machines_are_not_concerned(
    make: Make, strict_api: FastAPI, client_of: ClientOf
) -> None:
    site = await make.site()
    owner = await make.member(site, role=Role.SITE_ADMIN)
    _, key = await make.api_key(strict_api, owner, site)

    assert (await client_of(key).get("/interactions")).status_code == 200


async def test_who_logs_in_at_the_provider_is_not_concerned(
    make: Make, strict_api: FastAPI, client_of: ClientOf, admin_engine: AsyncEngine
) -> None:
    for user in await _administrators(make):
        async with admin_engine.begin() as connection:
            statement = text("UPDATE app.logins SET method = 'provider' WHERE user_id = :id")
            await connection.execute(statement, {"id": user.id})

        response = await client_of(make.token(strict_api, user)).get("/interactions")

        assert response.status_code == 200


async def test_nobody_is_concerned_where_the_settings_do_not_say_so(
    make: Make, client_for: Callable[..., Client]
) -> None:
    for user in await _administrators(make):
        assert (await client_for(user).get("/interactions")).status_code == 200

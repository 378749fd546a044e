"""The last active system administrator stays one; a database of its own has only these."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.main import create_app
from app.models import User
from tests.conftest import Database, drop_database, migrate
from tests.desk import error_of
from tests.factories import Client, Make


@pytest.fixture(scope="module")
async def own_api(
    make_database: Callable[[], Database], settings: Settings
) -> AsyncIterator[FastAPI]:
    """The application on a database in which nobody is yet."""
    database = make_database()
    await migrate(database)
    url = database.app_url.render_as_string(hide_password=False)
    passwords = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the app closes it
    app = create_app(Settings(**settings.model_dump() | {"database_url": url}), passwords=passwords)
    async with app.router.lifespan_context(app):
        yield app
    await drop_database(database.admin_url)


@pytest.fixture(scope="module")
def own_make(own_api: FastAPI) -> Make:
    return Make(own_api.state.engine, own_api.state.passwords)


def calls_as(app: FastAPI, make: Make, user: User) -> Client:
    return Client(
        transport=httpx.ASGITransport(app),
        base_url="http://test/api/v1",
        headers={"Authorization": f"Bearer {make.token(app, user)}"},
    )


async def test_of_two_at_once_one_system_admin_stays(own_api: FastAPI, own_make: Make) -> None:
    first, second = await own_make.admin(), await own_make.admin()
    await own_make.user(is_system_admin=True, is_active=False)
    one, other = calls_as(own_api, own_make, first), calls_as(own_api, own_make, second)
    for client in (one, other):
        assert (await client.get("/auth/me")).status_code == 200  # remembered for a second

    answers = await asyncio.gather(
        one.delete(f"/users/{second.id}"), other.delete(f"/users/{first.id}")
    )

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    last, client = (first, one) if answers[0].status_code == 204 else (second, other)
    error_of(await client.delete(f"/users/{last.id}"), 409)
    demoted = {
        "username": last.username,
        "email": last.email,
        "full_name": last.full_name,
        "is_active": True,
        "is_system_admin": False,
    }
    error_of(await client.put(f"/users/{last.id}", json=demoted), 409)
    kept = demoted | {"is_system_admin": True}
    assert (await client.put(f"/users/{last.id}", json=kept)).status_code == 200

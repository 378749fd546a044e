"""Whether the process lives, and whether it can work."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.health.checks import check_database, check_redis
from tests.conftest import Database
from tests.desk import ClientFor
from tests.factories import Client

URL = "http://test/health"


@pytest.fixture
def nobody(client_for: ClientFor) -> Client:
    return client_for()


@pytest.fixture
async def nowhere(database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine whose database there is not."""
    engine = create_async_engine(database.app_url.set(database="no_such_database"))
    yield engine
    await engine.dispose()


@contextmanager
def replaced(api: FastAPI, **state: object) -> Iterator[None]:
    """Something else in the application's state; monkeypatch would not find back."""
    before = {name: getattr(api.state, name) for name in state}
    try:
        for name, value in state.items():
            setattr(api.state, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(api.state, name, value)


async def test_a_living_process_says_so(nobody: Client) -> None:
    response = await nobody.get(f"{URL}/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_all_is_well_when_database_and_redis_answer(nobody: Client) -> None:
    response = await nobody.get(f"{URL}/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "redis": "ok"}


async def test_without_redis_it_is_degraded_and_still_ready(api: FastAPI, nobody: Client) -> None:
    with replaced(api, redis=Redis.from_url("unix:///nonexistent/socket")):
        response = await nobody.get(f"{URL}/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "database": "ok", "redis": "unavailable"}


async def test_without_a_database_it_is_not_ready(
    api: FastAPI, nobody: Client, nowhere: AsyncEngine
) -> None:
    with replaced(api, engine=nowhere):
        response = await nobody.get(f"{URL}/ready")

    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unavailable", "redis": "ok"}


async def test_an_older_schema_is_told_apart(database: Database) -> None:
    engine = create_async_engine(database.admin_url.set(database="postgres"))
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT to_regclass('app.sites')")) is None

    assert await check_database(engine, seconds=2) == "not_migrated"
    await engine.dispose()


async def test_a_check_gives_up_in_time(engine: AsyncEngine, api: FastAPI) -> None:
    assert await check_database(engine, seconds=0) == "unavailable"
    assert await check_redis(api.state.redis, seconds=0) == "unavailable"
    assert await check_database(engine, seconds=2) == "ok"

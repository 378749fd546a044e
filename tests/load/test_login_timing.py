"""How long a refused login takes tells nothing of whether the user exists."""

import os
import time
from collections.abc import AsyncIterator
from statistics import median

import httpx
import pytest
from fastapi import FastAPI

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.main import create_app
from tests.factories import Client, Make, unique

GUESSES = 4
"""For each name, so that none is locked."""

AT_LENGTH = pytest.mark.skipif(
    "IMS_LOAD" not in os.environ, reason="takes long: IMS_LOAD=1 runs it"
)


async def started(settings: Settings, passwords: PasswordHasher) -> AsyncIterator[FastAPI]:
    app = create_app(settings, passwords=passwords)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def quick_api(settings: Settings) -> AsyncIterator[FastAPI]:
    """An application whose hash is a tenth of the real one, and still most of a login."""
    async for app in started(settings, PasswordHasher(memory_cost=8 * 1024, parallelism=1)):
        yield app


@pytest.fixture
async def real_api(settings: Settings) -> AsyncIterator[FastAPI]:
    """An application that hashes as a deployment does."""
    async for app in started(settings, PasswordHasher()):
        yield app


async def difference(app: FastAPI, *, names: int) -> float:
    """By how much the medians of an unknown and of a known user differ."""
    make = Make(app.state.engine, app.state.passwords)
    times: dict[bool, list[float]] = {True: [], False: []}
    async with Client(transport=httpx.ASGITransport(app), base_url="http://test/api/v1") as client:
        for number in range(names):
            pair = {True: (await make.user()).username, False: unique("nobody")}
            for turn in range(GUESSES):
                # Each goes first as often as the other.
                for is_known in sorted(pair, reverse=bool((number + turn) % 2)):
                    times[is_known].append(await seconds_of_a_guess(client, pair[is_known]))
    known, unknown = (median(times[is_known]) for is_known in (True, False))
    told = f"known {known * 1000:.2f} ms, unknown {unknown * 1000:.2f} ms"
    print(f"{told}, {unknown / known - 1:+.1%}, n = {len(times[True])} each")  # noqa: T201
    return abs(unknown / known - 1)


async def seconds_of_a_guess(client: Client, name: str) -> float:
    started_at = time.perf_counter()
    response = await client.post("/auth/login", json={"username": name, "password": "a guess"})
    taken = time.perf_counter() - started_at
    assert response.status_code == 401
    return taken


async def test_an_unknown_user_takes_about_as_long_as_a_known_one(quick_api: FastAPI) -> None:
    assert await difference(quick_api, names=12) < 0.25


@AT_LENGTH
@pytest.mark.timeout(600)
async def test_an_unknown_user_takes_as_long_as_a_known_one(real_api: FastAPI) -> None:
    assert await difference(real_api, names=50) < 0.05

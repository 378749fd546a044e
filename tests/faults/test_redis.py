"""Valkey is never the truth: without it everything goes on."""

from collections.abc import Awaitable, Callable
from statistics import median

import httpx

from app.local.throwaway import ThrowawayServers
from tests.factories import PASSWORD, body
from tests.faults.conftest import Story
from tests.faults.served import Served

LogIn = Callable[[Served], Awaitable[httpx.AsyncClient]]


async def test_without_valkey_everything_goes_on(
    start_api: Callable[..., Served],
    log_in: LogIn,
    own_servers: ThrowawayServers,
    story: Story,
) -> None:
    api = start_api()
    client = await log_in(api)
    own_servers.valkey.stop()
    try:
        ready = await client.get(f"{api.url}/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        login = {"username": story.user.username, "password": PASSWORD}
        tokens = (await client.post("/auth/login", json=login)).json()
        refresh = {"refresh_token": tokens["refresh_token"]}
        answers = [
            await client.post("/auth/refresh", json=refresh),
            await client.get("/auth/me"),
            await client.post("/interactions", json=body()),
            await client.get("/search/interactions?q=kickoff"),
            await client.patch(f"/interactions/{story.row.id}", json={"location": "Room B"}),
            await client.get(f"/interactions/{story.row.id}/history"),
            await client.get("/sites?include=statistics"),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 201, 200, 200, 200, 200]
    finally:
        own_servers.valkey.start()
    assert (await client.get(f"{api.url}/health/ready")).json()["status"] == "ok"


async def test_without_valkey_limits_go_on_and_cost_no_time(
    start_api: Callable[..., Served], log_in: LogIn, own_servers: ThrowawayServers
) -> None:
    client = await log_in(start_api(RATE_LIMIT_DEFAULT="30"))
    own_servers.valkey.stop()
    try:
        answers = [await client.get("/interactions/types") for _ in range(60)]
    finally:
        own_servers.valkey.start()

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200] * 30 + [429] * 30
    assert all(answer.headers["X-RateLimit-Limit"] == "30" for answer in answers)
    assert median(answer.elapsed.total_seconds() for answer in answers[10:]) < 0.05

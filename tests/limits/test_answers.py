"""What callers are told, at every operation of the API."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI

from app.access import ACCESS, Access
from app.core.config import Settings
from tests.desk import error_of
from tests.factories import Client, Make
from tests.limits.conftest import client_of, limited
from tests.starting import document

pytestmark = pytest.mark.covered_elsewhere

StartApi = Callable[..., Awaitable[FastAPI]]

PREFIX = "/api/v1"
NAMES = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
LIMITS = {"auth": 1001, "anonymous": 1002, "search": 1003, "jobs": 1004, "default": 1005}
JSON = {"Content-Type": "application/json"}
EXEMPT = ("/health/live", "/health/ready", "/.well-known/jwks.json", "/api/openapi.json")

DOCUMENT = document()
OPERATIONS = {
    operation["operationId"]: (method, re.sub(r"{[^}]*}", "1", path), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if path.startswith(PREFIX)
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)


@pytest.fixture(scope="module")
async def limited_api(limited_settings: Settings) -> AsyncIterator[FastAPI]:
    """An application with a limit for each class that tells which it is, and is never reached."""
    async with limited(limited_settings, **LIMITS) as api:
        yield api


async def called(client: Client, name: str) -> str:
    """The class that an operation's answer names, if all its headers agree."""
    method, path, _ = OPERATIONS[name]
    has_body = method in {"post", "put", "patch"}
    answer = await client.request(
        method, path.removeprefix(PREFIX), json={} if has_body else None, follow_redirects=False
    )
    headers = answer.headers
    assert answer.status_code != 429
    assert all(len(headers.get_list(one)) <= 1 for one in (*NAMES, "ratelimit"))
    limit, remaining, reset = (int(headers[one]) for one in NAMES)
    assert remaining < limit
    assert 0 <= reset - time.time() <= 62
    policy = re.fullmatch(r'"([a-z]+)";q=(\d+);w=60', headers["ratelimit-policy"])
    state = re.fullmatch(r'"([a-z]+)";r=(\d+);t=(\d+)', headers["ratelimit"])
    assert policy
    assert state
    assert (int(policy[2]), int(state[2])) == (limit, remaining)
    assert (state[1], LIMITS[state[1]]) == (policy[1], limit)
    assert 1 <= int(state[3]) <= 60
    return state[1]


@each_operation
async def test_each_answer_tells_whoever_is_known_where_they_stand(
    limited_api: FastAPI, make: Make, name: str
) -> None:
    token = make.token(limited_api, await make.user())
    client = client_of(limited_api, Authorization=f"Bearer {token}")

    assert await called(client, name) == OPERATIONS[name][2]["x-rate-limit"]


@each_operation
async def test_each_answer_tells_others_where_their_address_stands(
    limited_api: FastAPI, name: str
) -> None:
    is_auth = OPERATIONS[name][2]["x-rate-limit"] == "auth"

    assert await called(client_of(limited_api), name) == ("auth" if is_auth else "anonymous")


@each_operation
def test_what_anybody_may_call_is_counted_as_logging_in(name: str) -> None:
    is_for_anybody = ACCESS[name] is Access.ANYBODY

    assert (OPERATIONS[name][2]["x-rate-limit"] == "auth") == is_for_anybody


@each_operation
def test_searches_are_a_class_of_their_own(name: str) -> None:
    _, path, operation = OPERATIONS[name]

    is_search = path.startswith(f"{PREFIX}/search/") or path.endswith("/results")
    assert (operation["x-rate-limit"] == "search") == is_search


@pytest.mark.parametrize("path", [*EXEMPT, "/api/docs", "/api/interactions", "/nowhere"])
async def test_what_is_exempt_says_nothing(limited_api: FastAPI, path: str) -> None:
    answer = await client_of(limited_api).get(f"http://test{path}")

    assert not any("ratelimit" in name for name in answer.headers)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", "/interactions", {"content": b"x" * 300_000}, 413),
        ("POST", "/interactions", {"content": b"x", "headers": {"Content-Type": "a/b"}}, 415),
        ("POST", "/interactions", {"content": b"{", "headers": JSON}, 400),
        ("DELETE", "/auth/me", {}, 405),
        ("GET", "/nowhere", {}, 404),
    ],
)
async def test_what_cannot_be_read_is_counted_by_address(
    limited_api: FastAPI, method: str, path: str, sent: dict[str, object], status: int
) -> None:
    answer = await client_of(limited_api).request(method, path, **sent)  # type: ignore[arg-type]

    assert answer.status_code == status
    assert answer.headers["RateLimit-Policy"] == '"anonymous";q=1002;w=60'


async def test_a_class_that_is_switched_off_says_nothing(start_api: StartApi, make: Make) -> None:
    api = await start_api(search=5)
    token = make.token(api, await make.user())
    client = client_of(api, Authorization=f"Bearer {token}")

    for answer in (await client.get("/auth/me"), await client_of(api).get("/auth/me")):
        assert not any("ratelimit" in name for name in answer.headers)
    assert "RateLimit" in (await client.get("/search/interactions")).headers


async def test_a_refusal_tells_when_to_come_back(start_api: StartApi) -> None:
    api = await start_api(auth=7)
    client = client_of(api)
    for _ in range(7):
        await client.post("/auth/refresh", json={})

    answer = await client.post("/auth/refresh", json={})

    assert error_of(answer, 429)["code"] == "rate_limited"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    retry_after = int(answer.headers["Retry-After"])
    assert 7 <= retry_after <= 9
    assert answer.headers["RateLimit"] == f'"auth";r=0;t={retry_after}'
    assert 55 <= int(answer.headers["X-RateLimit-Reset"]) - time.time() <= 62

"""Routes are found by method and length, and the router answers where none is."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI, Request
from redis.asyncio import Redis

from app.core.config import Settings
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware
from app.core.http.routing import Router, serve
from app.core.rate_limit.limiter import RateLimiter
from tests.core.sample_app import client_of

ROUTES = (
    ("GET", "/things"),
    ("POST", "/things"),
    ("GET", "/things/first"),
    ("GET", "/things/{name}"),
    ("PUT", "/things/by-path/{name:path}"),
    ("GET", "/{kind}/last"),
)


def answering(path: str) -> Callable[[Request], Awaitable[list[object]]]:
    async def answer(request: Request) -> list[object]:
        return [path, request.path_params]

    return answer


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose routes could be taken for each other."""
    router = Router()
    for method, path in ROUTES:
        router.add_api_route(path, answering(path), methods=[method], response_model=None)
    app = FastAPI(redirect_slashes=False)
    serve(app, [router])
    app.state.rate_limiter = RateLimiter(Redis(), {})
    install_error_handlers(app)
    add_middleware(app, Settings(_env_file=None))
    async with client_of(app) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "route", "parameters"),
    [
        ("GET", "/things", "/things", {}),
        ("POST", "/things", "/things", {}),
        ("HEAD", "/things", None, {}),
        ("GET", "/things/first", "/things/first", {}),
        ("GET", "/things/second", "/things/{name}", {"name": "second"}),
        ("GET", "/things/last", "/things/{name}", {"name": "last"}),
        ("GET", "/others/last", "/{kind}/last", {"kind": "others"}),
        ("GET", "/things/%2e%2e", "/things/{name}", {"name": ".."}),
        ("PUT", "/things/by-path/a", "/things/by-path/{name:path}", {"name": "a"}),
        ("PUT", "/things/by-path/a/b/c", "/things/by-path/{name:path}", {"name": "a/b/c"}),
    ],
)
async def test_a_request_goes_to_the_first_route_that_takes_it(
    method: str,
    path: str,
    route: str | None,
    parameters: dict[str, str],
    client: httpx.AsyncClient,
) -> None:
    response = await client.request(method, path)

    assert response.status_code == 200
    if route:
        assert response.json() == [route, parameters]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/things", "GET, HEAD, POST"),
        ("POST", "/things/first", "GET, HEAD"),
        ("GET", "/things/by-path/a", "PUT"),
    ],
)
async def test_a_path_that_has_no_such_method_says_which_it_has(
    method: str, path: str, allowed: str, client: httpx.AsyncClient
) -> None:
    response = await client.request(method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/", "/thing", "/things/", "/things//", "/things/a/b", "/a/b/c"])
async def test_a_path_that_nothing_is_at_is_a_404(path: str, client: httpx.AsyncClient) -> None:
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"

"""The short way answers what FastAPI would, and leaves to FastAPI what it would refuse."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.core.http import routing
from app.core.http.route_table import served_routes
from app.core.http.short_way import answer_shortly, short_way
from tests.core.sample_app import SIGNED_IN

GOOD = [
    "/plain/7?colour=RED",
    "/plain/9223372036854775807?colour=BLUE&page_size=100",
    "/plain/7?colour=RED&tag=a&tag=&tag=%C3%A9+%2B",
    "/plain/7?tag=a&colour=RED&",
]
REFUSED = [
    "/plain/7",
    "/plain/0?colour=RED",
    "/plain/7?colour=GREEN",
    "/plain/7?colour=RED&colour=RED",
    "/plain/7?colour=RED&size=1",
    "/plain/7?colour=RED&page_size=0",
    "/plain/7?colour=RED" + "&tag=a" * 100,
]
SHORT, LONG = True, False


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The ways that requests have gone."""
    taken: list[bool] = []

    async def answer(request: Request) -> Response | None:
        response = await answer_shortly(request)
        taken.append(LONG if response is None else SHORT)
        return response

    monkeypatch.setattr(routing, "answer_shortly", answer)
    return taken


@pytest.fixture
def only_long_ways(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has all requests go FastAPI's way from then on."""

    async def no_answer(_: Request) -> None:
        return None

    return lambda: monkeypatch.setattr(routing, "answer_shortly", no_answer)


@pytest.mark.parametrize("headers", [SIGNED_IN, SIGNED_IN | {"X-Number": "5"}])
@pytest.mark.parametrize("url", GOOD)
async def test_both_ways_give_the_same_answer(
    client: httpx.AsyncClient,
    ways: list[bool],
    only_long_ways: Callable[[], None],
    url: str,
    headers: dict[str, str],
) -> None:
    short = await client.get(url, headers=headers)
    only_long_ways()
    long = await client.get(url, headers=headers)

    assert ways == [SHORT]
    assert (short.status_code, short.json()) == (200, long.json())


@pytest.mark.parametrize("url", REFUSED)
async def test_what_is_wrong_with_a_request_is_said_on_the_long_way(
    client: httpx.AsyncClient, ways: list[bool], url: str
) -> None:
    response = await client.get(url, headers=SIGNED_IN)

    assert (response.status_code, ways) == (400, [LONG])


async def test_a_repeated_or_wrong_header_is_refused(
    client: httpx.AsyncClient, ways: list[bool]
) -> None:
    signed_in = list(SIGNED_IN.items())
    for headers in (
        [*signed_in, ("X-Number", "5"), ("X-Number", "6")],
        [*signed_in, ("X-Number", "x")],
    ):
        response = await client.get(GOOD[0], headers=headers)
        assert set(response.json()["error"]["details"]) <= {"x_number", "x-number"}

    assert ways == [LONG, LONG]


async def test_a_refusal_on_the_short_way_is_the_answer(client: httpx.AsyncClient) -> None:
    assert (await client.get(GOOD[0])).status_code == 401
    assert (await client.get(REFUSED[1])).status_code == 401


async def test_a_default_that_could_be_changed_keeps_a_route_on_the_long_way(
    client: httpx.AsyncClient, ways: list[bool]
) -> None:
    answers = [(await client.get("/listed/7")).json() for _ in range(2)]

    assert (answers, ways) == ([["7"], ["7"]], [LONG, LONG])


def test_the_reads_that_are_asked_most_have_a_short_way(api: FastAPI) -> None:
    hot = {"/interactions", "/interactions/{interaction_id}", "/search/interactions"}
    found = {
        route.template
        for routes in served_routes(api).values()
        for route in routes
        if "GET" in route.methods and short_way(route)
    }

    assert {f"/api/v1{path}" for path in hot} <= found

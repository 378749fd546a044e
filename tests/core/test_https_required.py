"""In production, what a proxy got by http is refused before anything of it is read."""

import pytest
from starlette.types import Receive, Scope, Send

from app.core.http.https_required import HttpsRequiredMiddleware
from tests.core.sample_app import client_of, create_app, ran

HTTP = {"X-Forwarded-Proto": "http"}


@pytest.mark.parametrize("value", ["http", "HTTP", "https, http", "http,https", " http ,https"])
async def test_a_request_that_came_by_http_is_refused(value: str) -> None:
    client = client_of(create_app(environment="production"))

    answer = await client.get("/search", headers={"X-Forwarded-Proto": value})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "https_required"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["X-Request-ID"] == answer.json()["error"]["request_id"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_one_of_several_headers_is_enough() -> None:
    client = client_of(create_app(environment="production"))

    answer = await client.get(
        "/search", headers=[("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http")]
    )

    assert answer.status_code == 400


async def test_nothing_reads_its_credentials_or_its_body() -> None:
    client = client_of(create_app(environment="production"))
    ran.clear()

    answers = [
        await client.get("/search", headers=HTTP | {"Authorization": "Bearer 7"}),
        await client.post("/items/1", headers=HTTP, content=b"x" * 1_000_000),
    ]

    assert [one.json()["error"]["code"] for one in answers] == ["https_required"] * 2
    assert ran == []


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Proto": "https"}])
async def test_others_pass(headers: dict[str, str]) -> None:
    client = client_of(create_app(environment="production"))

    assert (await client.get("/search", headers=headers)).status_code == 401


async def test_development_is_plain_http() -> None:
    assert (await client_of(create_app()).get("/search", headers=HTTP)).status_code == 401


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_health_and_metrics_are_asked_within_the_deployment(path: str) -> None:
    reached = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])

    async def nothing(*_: object) -> None: ...

    scope = {"type": "http", "path": path, "headers": [(b"x-forwarded-proto", b"http")]}
    await HttpsRequiredMiddleware(app)(scope, nothing, nothing)  # type: ignore[arg-type]

    assert reached == [path]

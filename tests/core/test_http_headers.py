"""Every answer, also an error, tells browsers and caches what they may not do."""

import httpx
import pytest

from tests.core.sample_app import SIGNED_IN, client_of, create_app

ORIGIN = "https://app.example"


@pytest.mark.parametrize("path", ["/items/1", "/nothing", "/fail/bug", "/auth/login", "/stream"])
async def test_every_answer_is_fenced(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Security-Policy" in headers
    assert "Strict-Transport-Security" not in headers


async def test_a_policy_of_the_answer_s_own_is_kept(client: httpx.AsyncClient) -> None:
    ours, own = await client.get("/items/1"), await client.get("/stream")

    assert ours.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert own.headers.get_list("Content-Security-Policy") == ["default-src 'self'"]


async def test_production_insists_on_tls() -> None:
    async with client_of(create_app(environment="production")) as client:
        response = await client.get("/nothing")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_caches_keep_answers_for_one_caller_only(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/items/1", headers=SIGNED_IN)).headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Vary"] == "Authorization, Cookie, Accept, X-Site-ID"


@pytest.mark.parametrize("path", ["/auth/login", "/auth/nothing", "/api-keys", "/api-keys/1"])
async def test_credentials_are_never_stored(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).headers["Cache-Control"] == "no-store"


async def test_a_word_for_caches_of_the_answer_s_own_is_kept(client: httpx.AsyncClient) -> None:
    assert (await client.get("/download")).headers["Cache-Control"] == "no-store"


async def test_outside_the_api_caches_are_left_alone(client: httpx.AsyncClient) -> None:
    assert "Cache-Control" not in (await client.get("http://test/openapi.json")).headers


@pytest.mark.parametrize("path", ["/items/1", "/nothing", "/fail/bug", "/sleep/x"])
async def test_an_allowed_origin_can_read_errors_too(path: str) -> None:
    async with client_of(create_app(cors_origins=(ORIGIN,))) as client:
        headers = (await client.get(path, headers={"Origin": ORIGIN})).headers

    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert "X-RateLimit-Remaining" in headers["Access-Control-Expose-Headers"]
    assert {"Origin", "Authorization"} <= set(headers["Vary"].split(", "))


async def test_a_preflight_is_answered_for_allowed_origins_only() -> None:
    asks = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, if-match, x-site-id",
    }
    async with client_of(create_app(cors_origins=(ORIGIN,))) as client:
        ours = await client.options("/items/1", headers=asks | {"Origin": ORIGIN})
        other = await client.options("/items/1", headers=asks | {"Origin": "https://evil.example"})

    assert ours.status_code == 200
    assert ours.headers["Access-Control-Max-Age"] == "600"
    assert "PATCH" in ours.headers["Access-Control-Allow-Methods"]
    assert other.status_code == 400
    assert "Access-Control-Allow-Origin" not in other.headers


async def test_without_origins_there_is_no_cors(client: httpx.AsyncClient) -> None:
    response = await client.options("/items/1", headers={"Origin": ORIGIN})

    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control")]

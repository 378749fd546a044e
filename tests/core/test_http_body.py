"""Bodies are bounded and JSON before anything reads them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.core.http.body import MAX_BODY_BYTES
from tests.core.sample_app import EDITOR, UPLOAD_LIMIT

JSON = EDITOR | {"Content-Type": "application/json"}
GOOD = b'{"title": "A good title"}'


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 1024):
        yield b" " * 1024
    yield GOOD


async def test_the_largest_allowed_body_passes(client: httpx.AsyncClient) -> None:
    body = GOOD.ljust(MAX_BODY_BYTES)

    assert (await client.post("/items/1", content=body, headers=JSON)).status_code == 200


async def test_a_body_announced_too_large_is_a_413(client: httpx.AsyncClient) -> None:
    body = GOOD.ljust(MAX_BODY_BYTES + 1)

    response = await client.post("/items/1", content=body, headers=JSON)

    assert refusal(response) == (413, "payload_too_large")


async def test_a_body_that_grows_too_large_is_a_413(client: httpx.AsyncClient) -> None:
    response = await client.post("/items/1", content=chunks(MAX_BODY_BYTES), headers=JSON)

    assert refusal(response) == (413, "payload_too_large")


async def test_a_body_in_chunks_is_put_together(client: httpx.AsyncClient) -> None:
    response = await client.post("/items/1", content=chunks(10_240), headers=JSON)

    assert (response.status_code, response.json()["title"]) == (200, "A good title")


async def test_a_prefix_may_take_more_of_any_type(client: httpx.AsyncClient) -> None:
    announced = await client.post("/uploads", content=b"x" * UPLOAD_LIMIT)
    streamed = await client.post("/uploads", content=chunks(UPLOAD_LIMIT - 1024))

    assert (announced.json(), streamed.json()) == (UPLOAD_LIMIT, UPLOAD_LIMIT - 1024 + len(GOOD))


async def test_a_prefix_that_takes_more_has_its_limit_too(client: httpx.AsyncClient) -> None:
    announced = await client.post("/uploads", content=b"x" * (UPLOAD_LIMIT + 1))
    streamed = await client.post("/uploads", content=chunks(UPLOAD_LIMIT))

    assert refusal(announced) == refusal(streamed) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("method", "content_type", "status"),
    [
        ("POST", "application/json", 200),
        ("POST", "Application/JSON; charset=utf-8", 200),
        ("PATCH", "application/json", 200),
        ("PATCH", "application/merge-patch+json", 200),
        ("POST", "application/merge-patch+json", 415),
        ("POST", "text/plain", 415),
        ("POST", "text/json", 415),
        ("POST", "multipart/form-data; boundary=x", 415),
        ("POST", "application/x-www-form-urlencoded", 415),
        ("POST", "", 415),
        ("POST", None, 415),
        ("DELETE", "text/plain", 415),
    ],
)
async def test_only_json_is_read(
    client: httpx.AsyncClient, method: str, content_type: str | None, status: int
) -> None:
    headers = EDITOR | ({"Content-Type": content_type} if content_type is not None else {})

    response = await client.request(method, "/items/1", content=GOOD, headers=headers)

    assert response.status_code == status


async def test_no_body_needs_no_type(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/items/1")).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"title": "A good title", "title": "Another title"}',
        b'{"title": "\xff"}',
        b'{"amount": NaN}',
        b'{"amount": 1e400}',
        b"[" * 21 + b"]" * 21,
        b"[" * MAX_BODY_BYTES,
    ],
)
async def test_json_that_cannot_be_read_safely_is_a_400(
    client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post("/items/1", content=body, headers=JSON)

    assert refusal(response) == (400, "bad_request")

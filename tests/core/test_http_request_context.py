"""Each request has an id, one line in the log, and an end."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message
from structlog.testing import capture_logs

from app.core.http.deadline import DeadlineMiddleware
from app.core.http.error_handlers import LastResortMiddleware
from app.core.http.request_context import CLIENT_CLOSED_REQUEST
from app.core.log_context import logged_fields, merge_logged_fields
from tests.core.sample_app import SECRET, SIGNED_IN, client_of


@pytest.mark.parametrize("offered", ["a" * 8, "A-Za-z0-9" * 7, "0123-4567"])
async def test_a_good_request_id_is_taken_over(client: httpx.AsyncClient, offered: str) -> None:
    response = await client.get("/nothing", headers={"X-Request-ID": offered})

    assert response.headers.get_list("X-Request-ID") == [offered]
    assert response.json()["error"]["request_id"] == offered


@pytest.mark.parametrize("offered", ["", "short", "a" * 65, "has space1", "semi;colon", "é" * 10])
async def test_a_bad_request_id_is_replaced(client: httpx.AsyncClient, offered: str) -> None:
    response = await client.get("/nothing", headers=[(b"X-Request-ID", offered.encode())])

    assert len(response.headers["X-Request-ID"]) == 32
    assert int(response.headers["X-Request-ID"], 16)


async def test_the_log_has_a_line_that_says_who_what_and_how(client: httpx.AsyncClient) -> None:
    with capture_logs([merge_logged_fields]) as logs:
        response = await client.get("/items/7?page_size=5&tag=horse", headers=SIGNED_IN)

    (entry,) = logs
    assert entry.pop("request_id") == response.headers["X-Request-ID"]
    assert entry.pop("duration_ms") < 1000
    assert entry == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/api/v1/items/{item_id}",
        "status": 200,
        "address": "203.0.113.0/24",
        "user_id": 7,
    }


async def test_the_log_shows_the_path_where_there_is_no_route(client: httpx.AsyncClient) -> None:
    with capture_logs([merge_logged_fields]) as logs:
        await client.get("/nothing?q=horse")

    (entry,) = logs
    assert (entry["route"], entry["status"], entry["user_id"]) == ("/api/v1/nothing", 404, None)


async def test_a_request_leaves_nothing_in_the_context(client: httpx.AsyncClient) -> None:
    await client.get("/nothing")

    assert logged_fields() == {}


async def test_a_request_that_takes_too_long_is_a_503(app: FastAPI) -> None:
    impatient = LastResortMiddleware(DeadlineMiddleware(app, seconds=0.1))
    async with client_of(impatient) as client:
        slow = await client.get("/sleep/5")
        quick = await client.get("/sleep/0")
        streamed = await client.get("/stream")

    assert (slow.status_code, slow.json()["error"]["code"]) == (503, "unavailable")
    assert slow.headers["Retry-After"] == "5"
    assert quick.status_code == 200
    assert streamed.content == b"xxx"


async def call(app: FastAPI, path: str, *received: Message) -> list[Message]:
    """Call an application with messages of one's own, such as a disconnect."""
    incoming, sent = list(received), []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")],
    }
    await app(scope, receive, send)
    return sent


async def test_a_client_that_leaves_while_sending_is_no_error(app: FastAPI) -> None:
    part: Message = {"type": "http.request", "body": b"{", "more_body": True}

    with capture_logs() as logs:
        sent = await call(app, "/api/v1/items/1", part, {"type": "http.disconnect"})

    assert sent == []
    assert [(log["event"], log["status"]) for log in logs] == [("request", CLIENT_CLOSED_REQUEST)]


async def test_a_stream_that_fails_midway_is_cut_off(client: httpx.AsyncClient) -> None:
    with pytest.raises(ValueError, match=SECRET):
        await client.get("/stream?fails=true")


async def test_requests_side_by_side_keep_their_own_ids(client: httpx.AsyncClient) -> None:
    ids = [f"request-{number:04}" for number in range(20)]

    responses = await asyncio.gather(
        *(client.get("/sleep/0.01", headers={"X-Request-ID": one}) for one in ids)
    )

    assert [response.headers["X-Request-ID"] for response in responses] == ids


def test_every_application_has_the_deadline(app: FastAPI) -> None:
    assert "DeadlineMiddleware" in [getattr(one.cls, "__name__", "") for one in app.user_middleware]

"""Every error is answered in one of two forms, and tells nothing internal."""

import httpx
import pytest
from structlog.testing import capture_logs

from app.core.http.answers import prefers_problem
from tests.core.sample_app import EDITOR, SECRET, SIGNED_IN

PROBLEM = {"Accept": "application/problem+json"}


async def test_an_error_comes_in_our_envelope(client: httpx.AsyncClient) -> None:
    response = await client.delete("/items/1")

    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {
        "error": {
            "code": "conflict",
            "message": "It is in use",
            "details": {"by": [1, 2]},
            "request_id": response.headers["X-Request-ID"],
        }
    }


async def test_details_are_absent_when_there_are_none(client: httpx.AsyncClient) -> None:
    response = await client.get("/items/1")

    assert response.status_code == 401
    assert set(response.json()["error"]) == {"code", "message", "request_id"}


async def test_an_error_comes_as_problem_details_for_those_who_ask(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/items/1", headers=PROBLEM)

    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "It is in use",
        "instance": "/api/v1/items/1",
        "code": "conflict",
        "details": {"by": [1, 2]},
        "request_id": response.headers["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/problem+json", True),
        ("Application/Problem+JSON ; q=0.5", True),
        ("application/json, application/problem+json", True),
        ("application/json;q=0.9, application/problem+json", True),
        ("application/json, application/problem+json;q=0.5", False),
        ("application/problem+json;q=0", False),
        ("application/problem+json;q=nonsense", True),
    ],
)
def test_problem_details_are_preferred_by_rank(accept: str, expected: bool) -> None:
    assert prefers_problem(accept) is expected


async def test_a_bug_is_a_500_that_tells_nothing_and_is_logged_with_its_stack(
    client: httpx.AsyncClient,
) -> None:
    with capture_logs() as logs:
        response = await client.get("/fail/bug")

    assert response.status_code == 500
    assert response.json()["error"]["code"] == "server_error"
    assert response.json()["error"]["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert SECRET not in response.text
    assert "ValueError" not in response.text
    (entry,) = [log for log in logs if log["event"] == "unhandled_error"]
    assert isinstance(entry["exc_info"], ValueError)


async def test_an_error_out_of_a_task_group_is_answered_as_itself(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/fail/group")

    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("way", "status", "header", "value"),
    [
        ("full", 503, "Retry-After", "7"),
        ("slow down", 429, "Retry-After", "9"),
        ("network", 503, "Retry-After", "5"),
    ],
)
async def test_retry_after_is_kept(
    client: httpx.AsyncClient, way: str, status: int, header: str, value: str
) -> None:
    response = await client.get(f"/fail/{way}")

    assert (response.status_code, response.headers[header]) == (status, value)
    assert SECRET not in response.text


async def test_a_401_keeps_www_authenticate(client: httpx.AsyncClient) -> None:
    response = await client.get("/items/1")

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_an_unknown_path_is_a_404_in_the_envelope(client: httpx.AsyncClient) -> None:
    response = await client.get("/nothing")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


async def test_a_405_names_the_methods_of_all_routes_of_the_path(client: httpx.AsyncClient) -> None:
    response = await client.put("/items/1", json={})

    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "DELETE, GET, HEAD, PATCH, POST"


async def test_a_status_without_a_class_gets_http_s_own_words(client: httpx.AsyncClient) -> None:
    response = await client.get("/fail/teapot")

    assert response.status_code == 418
    assert response.json()["error"]["code"] == "i_m_a_teapot"


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    get = await client.get("/items/1", headers=SIGNED_IN)
    head = await client.head("/items/1", headers=SIGNED_IN)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert (await client.head("/auth/login")).status_code == 405


async def test_a_path_without_a_version_leads_to_the_current_one(app: object) -> None:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        known = await client.post("/api/items/5?page_size=3&tag=a%20b")
        spaced = await client.get("/api/fail/slow%20down")
        unknown = await client.get("/api/nothing")
        evil = await client.get("/api//evil.example/")

    assert known.status_code == 308
    assert known.headers["Location"] == "/api/v1/items/5?page_size=3&tag=a%20b"
    assert spaced.headers["Location"] == "/api/v1/fail/slow%20down"
    assert unknown.status_code == evil.status_code == 404


async def test_an_answer_survives_what_json_cannot_carry(client: httpx.AsyncClient) -> None:
    body = b'{"odd\\ud800name": 1, "odd\\ud800name": 1}'
    headers = EDITOR | {"Content-Type": "application/json"}

    response = await client.post("/items/1", content=body, headers=headers)

    assert response.status_code == 400
    assert "odd?name" in response.json()["error"]["message"]

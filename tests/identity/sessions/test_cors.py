"""Which origins' pages may read what the API answers them."""

import httpx
import pytest
from fastapi import FastAPI

from tests.identity.sessions.browser import Browser, client_without_jar
from tests.identity.sessions.pages import ALLOWED, FOREIGN, LOOKALIKES, OURS, from_page


def allowed_headers(answer: httpx.Response) -> set[str]:
    """The request headers that a preflight's answer allows, in small letters."""
    names = answer.headers.get("Access-Control-Allow-Headers", "").lower()
    return {name.strip() for name in names.split(",")}


@pytest.mark.parametrize("origin", [ALLOWED, FOREIGN, OURS, "null", *LOOKALIKES])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "LINK"])
async def test_a_preflight_lets_allowed_origins_alone_in(
    origin: str, method: str, cors_api: FastAPI
) -> None:
    asks = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, if-match, x-csrf-token",
    }

    answer = await client_without_jar(cors_api).options("/interactions", headers=asks)

    is_good = origin == ALLOWED and method not in {"TRACE", "LINK"}
    assert answer.status_code == (200 if is_good else 400)
    assert (answer.headers.get("Access-Control-Allow-Origin") == ALLOWED) == (origin == ALLOWED)
    assert "*" not in answer.headers.get("Access-Control-Allow-Origin", "")
    if is_good:
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["Access-Control-Max-Age"] == "600"
        assert "Origin" in answer.headers["Vary"]
        assert {"x-csrf-token", "x-site-id", "idempotency-key"} <= allowed_headers(answer)


@pytest.mark.parametrize("origin", [ALLOWED, FOREIGN, OURS, "null", None])
async def test_only_an_allowed_origin_may_read_an_answer(origin: str | None, page: Browser) -> None:
    headers = page.credentials | from_page(None, origin)

    answer = await page.client.get("/interactions", headers=headers)

    assert answer.status_code == 200
    if origin == ALLOWED:
        assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert {"etag", "link", "location", "retry-after", "x-request-id", "ratelimit"} <= {
            name.strip().lower()
            for name in answer.headers["Access-Control-Expose-Headers"].split(",")
        }
    else:
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers


async def test_an_answer_that_depends_on_its_origin_says_so(page: Browser) -> None:
    for origin in (ALLOWED, FOREIGN):
        headers = page.credentials | {"Origin": origin}
        answer = await page.client.get("/interactions", headers=headers)
        assert "Cookie" in answer.headers["Vary"]
        assert "Origin" in answer.headers["Vary"]

"""A route that is to be left says so: in the document, and in whatever it answers."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from app.access import ACCESS, Access
from app.core.config import Settings
from app.core.errors import Conflict
from app.core.http.deprecation import deprecated
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware
from app.core.http.routing import Router, serve
from app.core.rate_limit.classes import RateClass, limited_as
from app.core.rate_limit.limiter import RateLimiter
from app.openapi.document import describe
from tests.desk import Json

SINCE, SUNSET, PAGE = date(2026, 6, 12), date(2027, 1, 12), "https://example.org/leave"

router = Router()


@router.get(
    "/old",
    operation_id="readOld",
    openapi_extra=limited_as(RateClass.SEARCH) | deprecated(SINCE, sunset=SUNSET, page=PAGE),
)
async def read_old(number: int = 0) -> dict[str, int]:
    """Read what is to be left."""
    if number == 9:
        raise Conflict("No")
    if number == 8:
        raise ZeroDivisionError
    return {"number": number}


@router.get("/older", operation_id="readOlder", openapi_extra=deprecated(SINCE))
async def read_older() -> dict[str, int]:
    """Read what has no end yet."""
    return {}


@router.get("/current", operation_id="readCurrent")
async def read_current() -> dict[str, int]:
    """Read what stays."""
    return {}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    for name in ("readOld", "readOlder", "readCurrent"):
        monkeypatch.setitem(ACCESS, name, Access.ANYBODY)
    application = FastAPI()
    serve(application, [router])
    application.state.rate_limiter = RateLimiter(Redis(), {})
    install_error_handlers(application)
    add_middleware(application, Settings(_env_file=None))
    describe(application)
    return application


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
        yield client


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?number=9", 409), ("?number=8", 500), ("?number=x", 400), ("?what=1", 400)],
)
async def test_each_answer_says_since_when_and_until_when(
    query: str, status: int, client: httpx.AsyncClient
) -> None:
    response = await client.get(f"/old{query}")

    assert response.status_code == status
    assert (
        response.headers["Deprecation"] == f"@{datetime(2026, 6, 12, tzinfo=UTC).timestamp():.0f}"
    )
    sunset = parsedate_to_datetime(response.headers["Sunset"])
    assert sunset == datetime(2027, 1, 12, tzinfo=UTC)
    assert response.headers["Sunset"].endswith(" GMT")
    assert response.headers["Link"] == f'<{PAGE}>; rel="deprecation", <{PAGE}>; rel="sunset"'


async def test_without_an_end_and_a_page_it_only_says_since_when(
    client: httpx.AsyncClient,
) -> None:
    headers = (await client.get("/older")).headers

    assert "Deprecation" in headers
    assert "Sunset" not in headers
    assert "Link" not in headers


async def test_other_routes_say_nothing(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/current")).headers

    assert not {"deprecation", "sunset", "link"} & {name.lower() for name in headers}


def test_the_document_tells_it_of_the_operation_and_of_all_its_answers(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    old, current = paths["/api/v1/old"]["get"], paths["/api/v1/current"]["get"]

    assert old["deprecated"] is True
    assert old["x-rate-limit"] == "search"
    for answer in old["responses"].values():
        assert answer["headers"].keys() >= {"Deprecation", "Sunset", "Link"}
    assert "deprecated" not in current
    assert not names_of_headers(app, current) & {"Deprecation", "Sunset"}


def names_of_headers(app: FastAPI, operation: Json) -> set[str]:
    """All headers that an operation's answers name."""
    shared = app.openapi()["components"]["responses"]
    answers = [
        shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in operation["responses"].values()
    ]
    return {name for answer in answers for name in answer["headers"]}

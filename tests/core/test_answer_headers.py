"""What is to go with an answer goes with it, whatever the answer becomes."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.http.answer_headers import add_answer_header
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware

PATHS = {"/fine": 200, "/not-modified": 304, "/stream": 200, "/refused": 409, "/broken": 500}


@pytest.fixture
def app() -> FastAPI:
    """Routes that each want a cookie set, and then answer in their own way."""
    application = FastAPI()
    install_error_handlers(application)
    add_middleware(application, Settings.model_construct(cors_origins=(), environment="production"))

    @application.get("/{way}")
    async def answer(request: Request, way: str, value: str = "1") -> Response:
        add_answer_header(request.scope, "Set-Cookie", f"a={value}")
        await asyncio.sleep(0.01)
        add_answer_header(request.scope, "Set-Cookie", f"b={value}")
        if way == "refused":
            raise Conflict("No")
        if way == "broken":
            raise ZeroDivisionError
        if way == "stream":
            return StreamingResponse(iter(["x", "y"]))
        return Response(status_code=PATHS[f"/{way}"], headers={"ETag": '"1"'})

    return application


@pytest.fixture
def client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(("path", "status"), PATHS.items())
async def test_it_goes_with_every_kind_of_answer_once_and_in_order(
    path: str, status: int, client: httpx.AsyncClient
) -> None:
    response = await client.get(path)

    assert response.status_code == status
    assert response.headers.get_list("Set-Cookie") == ["a=1", "b=1"]


async def test_an_answer_keeps_its_own_headers(client: httpx.AsyncClient) -> None:
    response = await client.get("/fine")

    assert response.headers["ETag"] == '"1"'
    assert response.headers["X-Request-ID"]


async def test_requests_at_the_same_time_do_not_get_each_other_s(client: httpx.AsyncClient) -> None:
    numbers = range(20)
    responses = await asyncio.gather(*(client.get(f"/fine?value={n}") for n in numbers))

    found = [response.headers.get_list("Set-Cookie") for response in responses]
    assert found == [[f"a={n}", f"b={n}"] for n in numbers]


async def test_nothing_is_added_where_nothing_is_wanted(client: httpx.AsyncClient) -> None:
    assert "Set-Cookie" not in (await client.get("/")).headers

"""A small application behind all our HTTP manners, with a route for each way to fail."""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Literal

import anyio
import httpx
from fastapi import Depends, FastAPI, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, EmailStr, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from app.core.config import Settings
from app.core.errors import Conflict, Forbidden, InvalidCredentials, Unauthorized, Unavailable
from app.core.http.error_handlers import install_error_handlers
from app.core.http.middleware import add_middleware
from app.core.http.routing import Router, serve
from app.core.log_context import add_logged_fields
from app.core.rate_limit.limiter import RateLimiter

SECRET = "correct horse battery staple"
UPLOAD_LIMIT = 1024 * 1024
SIGNED_IN = {"Authorization": "Bearer 7"}
EDITOR = SIGNED_IN | {"X-Role": "editor"}

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Colour(StrEnum):
    """A closed set."""

    RED = "RED"
    BLUE = "BLUE"


class Leaf(BaseModel):
    """Something nested."""

    model_config = ConfigDict(extra="forbid")

    field: str
    value: int


class Item(BaseModel):
    """A body with a field of each kind."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=100)]
    start_date: Annotated[str, Field(title="Start")] = "now"
    colour: Colour = Colour.RED
    size: Literal["small", "large"] = "small"
    amount: Annotated[int, Field(ge=1, le=10)] = 1
    note: Annotated[str, Field(max_length=10)] | None = None
    email: EmailStr | None = None
    filters: list[Leaf] = []
    end_date: str = "later"
    password: str = "none"

    @field_validator("end_date")
    @classmethod
    def _after_start(cls, value: str) -> str:
        if value == "before":
            raise PydanticCustomError("end_before_start", "End date must be after start date")
        if value == "never":
            raise PydanticCustomError("never", "{label} must be some day")
        return value

    @field_validator("password")
    @classmethod
    def _no_spaces(cls, value: str) -> str:
        if " " in value:
            raise ValueError("Password must not have spaces")
        return value


class Filters(BaseModel):
    """Query parameters as a model."""

    q: str | None = None
    page: Annotated[int, Field(ge=1)] = 1
    site: list[int] = []


async def authenticate(request: Request) -> int:
    """Know the caller by number."""
    scheme, _, number = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Unauthorized
    request.state.user_id = int(number)
    add_logged_fields(user_id=int(number))
    return int(number)


Caller = Annotated[int, Depends(authenticate)]


async def require_editor(request: Request, _: Caller) -> None:
    """Refuse those who are no editors."""
    if request.headers.get("X-Role") != "editor":
        raise Forbidden


Editor = Annotated[None, Depends(require_editor)]

router = Router(tags=["sample"])
ran: list[str] = []


@router.get("/items/{item_id}")
async def get_item(
    caller: Caller,
    item_id: Id,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    tag: Annotated[list[str] | None, Query()] = None,
    x_number: Annotated[int | None, Header()] = None,
) -> dict[str, object]:
    """Read one."""
    return {"item_id": item_id, "page_size": page_size, "tag": tag, "x_number": x_number}


async def get_tags(tag: Annotated[list[str] | None, Query()] = None) -> tuple[str, ...]:
    """All tags that are asked for."""
    return tuple(tag or ())


@router.get("/plain/{item_id}")
async def get_plainly(
    request: Request,
    caller: Caller,
    item_id: Id,
    tags: Annotated[tuple[str, ...], Depends(get_tags)],
    colour: Colour,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    x_number: Annotated[int | None, Header()] = None,
) -> Response:
    """Read one by functions of the request alone."""
    found = [caller, item_id, tags, colour, page_size, x_number, request.url.query]
    return JSONResponse(found)


@router.get("/listed/{item_id}")
async def get_listed(item_id: Id, tag: Annotated[list[str], Query()] = []) -> Response:  # noqa: B006
    """Change a default, as a function may by mistake."""
    tag.append(str(item_id))
    return JSONResponse(tag)


@router.post("/items/{item_id}")
@router.patch("/items/{item_id}")
async def write_item(_: Editor, item_id: Id, item: Item, page_size: int = 20) -> dict[str, object]:
    """Write one."""
    ran.append("write_item")
    return item.model_dump()


@router.get("/search")
def search(filters: Annotated[Filters, Query()], caller: Caller) -> dict[str, object]:
    """Search in a thread."""
    ran.append("search")
    return filters.model_dump()


@router.delete("/items/{item_id}", status_code=204)
async def delete_item(item_id: Id) -> None:
    """Refuse for a reason of the row's own."""
    raise Conflict("It is in use", details={"by": [1, 2]})


@router.post("/auth/login")
async def log_in(body: dict[str, object]) -> None:
    """Refuse."""
    raise InvalidCredentials


@router.post("/uploads")
async def upload(request: Request) -> int:
    """Count what comes."""
    return sum([len(chunk) async for chunk in request.stream()])


@router.get("/fail/{way}")
async def fail(way: str) -> None:
    """Fail in some way."""
    errors: dict[str, Exception] = {
        "bug": ValueError(SECRET),
        "full": Unavailable(retry_after=7),
        "slow down": HTTPException(429, headers={"Retry-After": "9"}),
        "teapot": HTTPException(418),
        "network": ConnectionRefusedError(SECRET),
    }
    if way == "group":
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_conflict)
    raise errors[way]


async def _conflict() -> None:
    raise Conflict


@router.get("/sleep/{seconds}")
async def sleep(seconds: float) -> str:
    """Take time."""
    await asyncio.sleep(seconds)
    return "awake"


@router.get("/stream")
async def stream(fails: bool = False) -> Response:
    """Begin at once and go on slowly."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x"
            await asyncio.sleep(0.15)
            if fails:
                raise ValueError(SECRET)

    return StreamingResponse(chunks(), headers={"Content-Security-Policy": "default-src 'self'"})


@router.get("/download")
async def download() -> Response:
    """Bring its own word for caches."""
    return Response("file", headers={"Cache-Control": "no-store"})


def create_app(**settings: object) -> FastAPI:
    """Build the application."""
    app = FastAPI(redirect_slashes=False)
    serve(app, [router])
    app.state.rate_limiter = RateLimiter(Redis(), {})
    install_error_handlers(app)
    add_middleware(
        app,
        Settings.model_construct(**(Settings(_env_file=None).model_dump() | settings)),
        larger_bodies={"/api/v1/uploads": UPLOAD_LIMIT},
    )
    return app


def client_of(app: ASGIApp, address: str = "203.0.113.77") -> httpx.AsyncClient:
    """A client that speaks to the application without a socket."""
    transport = httpx.ASGITransport(app, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://test/api/v1")

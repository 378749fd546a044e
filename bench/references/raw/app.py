"""The fast reference: bare Starlette and asyncpg, hand-written statements, no authentication.

What a service on this database could answer at best. Its scopes are those of the same users, taken
at the user's word, and both walls stand: the sites in each statement, and row-level security.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.database.callers import CALLERS
from bench.references.raw.database import Scope, open_pool, read_scopes, transaction
from bench.references.raw.reads import get_one, list_rows
from bench.references.raw.search import PLAN_ANEW, search
from bench.references.raw.writes import create, update_location


def answer(body: Mapping[str, object], status: int = 200) -> Response:
    """A body as JSON."""
    content = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Response(content, status, media_type="application/json")


def scope_of(request: Request) -> Scope:
    """The scope of the user who is named instead of a token."""
    scope: Scope = request.app.state.scopes[request.headers["authorization"]]
    return scope


async def get_interaction(request: Request) -> Response:
    """One interaction, in a scoped transaction."""
    scope = scope_of(request)
    async with transaction(request.app.state.pool, scope.reading) as connection:
        row = await get_one(connection, scope.site_ids, int(request.path_params["id"]))
    return answer(dict(row))


async def get_unguarded_interaction(request: Request) -> Response:
    """The same row by the same statement, without transaction and row-level security."""
    async with request.app.state.unguarded_pool.acquire() as connection:
        row = await get_one(connection, scope_of(request).site_ids, int(request.path_params["id"]))
    return answer(dict(row))


async def list_interactions(request: Request) -> Response:
    """A page of a list or a search."""
    scope, parameters = scope_of(request), dict(request.query_params)
    q = parameters.get("q")
    begin = f"{scope.reading}; {PLAN_ANEW}" if q else scope.reading
    async with transaction(request.app.state.pool, begin) as connection:
        if q:
            rows, total = await search(connection, scope.site_ids, q)
        else:
            rows, total = await list_rows(connection, scope.site_ids, parameters)
    found = [{name: value for name, value in row.items() if name != "total"} for row in rows]
    return answer({"interactions": found, "total": total})


async def create_interaction(request: Request) -> Response:
    """Store an interaction with its history."""
    scope, body = scope_of(request), orjson.loads(await request.body())
    async with transaction(request.app.state.pool, scope.writing) as connection:
        row = await create(connection, scope, body)
    return answer(dict(row), 201)


async def update_interaction(request: Request) -> Response:
    """Change an interaction and add to its history."""
    scope, body = scope_of(request), orjson.loads(await request.body())
    async with transaction(request.app.state.pool, scope.writing) as connection:
        row = await update_location(connection, scope, int(request.path_params["id"]), body)
    return answer(dict(row))


def create_app(socket_dir: str, database: str, *, pool_size: int) -> Starlette:
    """Put the reference together."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        def pool(user: str) -> Any:
            return open_pool(socket_dir, database, user=user, size=pool_size)

        async with await pool("ims_app") as guarded, await pool("ims_migrator") as unguarded:
            app.state.pool, app.state.unguarded_pool = guarded, unguarded
            async with unguarded.acquire() as connection:
                names = [caller.name for caller in CALLERS]
                scopes = await read_scopes(connection, names)
            app.state.scopes = {f"Bearer {name}": scope for name, scope in scopes.items()}
            yield

    one = "/api/v1/interactions/{id}"
    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/api/v1/interactions", list_interactions),
            Route("/api/v1/interactions", create_interaction, methods=["POST"]),
            Route(one, get_interaction),
            Route(one, update_interaction, methods=["PATCH"]),
            Route("/unguarded/interactions/{id}", get_unguarded_interaction),
        ],
    )

"""The router that features use: strict about parameters and bodies without being told.

A route refuses in a fixed order, whatever the order of its dependencies: first that it does not
know who is calling (401), then the parameters (400), then what else the dependencies refuse (429,
403), then the body (422), then what the endpoint refuses itself.

FastAPI runs the dependencies first and gathers what is wrong with parameters and body as it goes;
a dependency that raises wins over all that was gathered, and the endpoint is called only if there
was nothing. So 401 and 403 come before 422 by themselves. Two things are added. Misused names
are looked for beforehand, but refused in the endpoint's place, when all dependencies have passed.
And a refusal by a dependency that should have waited for the parameters gives way to theirs.
"""

import functools
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import AppError
from app.core.http.json_body import read_json
from app.core.http.parameters import all_problems, misused_names
from app.core.http.validation import bad_parameters

_BEFORE_PARAMETERS = frozenset({400, 401, 413, 415})
"""Statuses of refusals that do not wait for the parameters to be looked at."""

_misused: ContextVar[dict[str, str] | None] = ContextVar("misused_names", default=None)


class JsonRequest(Request):
    """A request whose body was parsed by our own rules before FastAPI asks for it."""

    parsed: object

    async def json(self) -> object:
        """The parsed body."""
        return self.parsed


class StrictRoute(APIRoute):
    """A route that refuses what it does not understand."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _unless_misused(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler, which solves the dependencies and calls the endpoint."""
        handle = super().get_route_handler()
        body = self.body_field
        reads_json = body is not None and not isinstance(body.field_info, Form)

        async def handle_strictly(request: Request) -> Response:
            if reads_json:
                request = await _parsed(request)
            token = _misused.set(misused_names(request))
            try:
                return await handle(request)
            except (AppError, RequestValidationError) as error:
                if _waits_for_parameters(error) and (problems := all_problems(request)):
                    raise bad_parameters(problems) from error
                raise
            finally:
                _misused.reset(token)

        return handle_strictly


class Router(APIRouter):
    """A router whose routes are strict."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=StrictRoute, **options)


class _MisusedNamesError(AppError):
    """Stands for the whole of what is wrong with the parameters until that is put together."""


def _unless_misused(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    # Not async: what the endpoint returns is passed on as it is, so that coroutine functions,
    # plain functions and generators all remain what FastAPI takes them for.
    @functools.wraps(endpoint)
    def call(**values: Any) -> Any:
        if _misused.get():
            raise _MisusedNamesError
        return endpoint(**values)

    return call


def _waits_for_parameters(error: AppError | RequestValidationError) -> bool:
    return isinstance(error, RequestValidationError) or error.status not in _BEFORE_PARAMETERS


async def _parsed(request: Request) -> Request:
    parsed = JsonRequest(request.scope, request.receive)
    if body := await parsed.body():
        parsed.parsed = read_json(body)
    return parsed

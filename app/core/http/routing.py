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
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.core.errors import AppError
from app.core.http.answer_headers import add_answer_header
from app.core.http.answered import kept
from app.core.http.deprecation import MARK as DEPRECATION
from app.core.http.deprecation import deprecation_headers
from app.core.http.json_request import JsonRequest
from app.core.http.parameters import all_problems, misused_names
from app.core.http.rate_limits import client_of, count_call
from app.core.http.route_index import RouteIndex
from app.core.http.short_way import answer_shortly
from app.core.http.validation import bad_parameters
from app.core.rate_limit.classes import MARK, RateClass, limited_as

_BEFORE_PARAMETERS = frozenset({400, 401, 413, 415})
"""Statuses of refusals that do not wait for the parameters to be looked at."""

_PARSED = "json_request"
"""Where in its state a request is with its body parsed."""

_misused: ContextVar[dict[str, str] | None] = ContextVar("misused_names", default=None)


class StrictRoute(APIRoute):
    """A route that refuses what it does not understand.

    Its class of rate limit is the default one, or that of `openapi_extra=limited_as(...)`. Of the
    class for logging in, calls are counted here, since nobody knows the caller yet; of all others
    `app.auth.dependencies` counts them. With `openapi_extra=deprecated(...)` each of its answers
    says so.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = limited_as(RateClass.DEFAULT) | (options.pop("openapi_extra", None) or {})
        self.rate_class = RateClass(extra[MARK])
        self.own_headers = deprecation_headers(extra[DEPRECATION]) if DEPRECATION in extra else []
        super().__init__(path, _unless_misused(endpoint), openapi_extra=extra, **options)
        self._long_way, self.app = self.app, self._answer
        body = self.body_field
        self._takes_form = body is not None and isinstance(body.field_info, Form)
        self._reads_json = body is not None and not self._takes_form

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the short way if that can be, for which nothing is opened and closed around."""
        for name, value in self.own_headers:
            add_answer_header(scope, name, value)
        request, response = Request(scope, receive, send), None
        if self._reads_json:
            request = scope["state"][_PARSED] = await JsonRequest.of(request)
        if self.rate_class is not RateClass.AUTH and not self._takes_form:
            response = await answer_shortly(request)
        await (response or self._long_way)(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler, which solves the dependencies and calls the endpoint."""
        handle = super().get_route_handler()
        is_for_anybody = self.rate_class is RateClass.AUTH

        async def handle_strictly(request: Request) -> Response:
            request = request.scope["state"].get(_PARSED, request)
            try:
                if is_for_anybody:
                    await count_call(request.scope, RateClass.AUTH, client_of(request.scope))
                with _misused_names_of(request):
                    return await kept(request, await handle(request))
            except (AppError, RequestValidationError) as error:
                if _waits_for_parameters(error) and (problems := all_problems(request)):
                    raise bad_parameters(problems) from error
                raise

        return handle_strictly


def rate_class_of(scope: Scope) -> RateClass:
    """The class of rate limit of the route that a request was handed to."""
    route = scope["route"]
    assert isinstance(route, StrictRoute)  # noqa: S101 - no other knows callers
    return route.rate_class


class Router(APIRouter):
    """A router of the API, whose routes are strict."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        options.setdefault("route_class", StrictRoute)
        super().__init__(prefix=f"/api/v1{prefix}", **options)


def serve(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Have an application serve the routes of routers, all side by side.

    FastAPI's own `include_router` keeps each router by itself, and asks it three times over
    whether a request is for one of its routes.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
    routes = [route for route in app.router.routes if isinstance(route, StrictRoute)]
    app.router.middleware_stack = RouteIndex(app.router, routes)


@contextmanager
def _misused_names_of(request: Request) -> Iterator[None]:
    token = _misused.set(misused_names(request))
    try:
        yield
    finally:
        _misused.reset(token)


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

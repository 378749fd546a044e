"""The short way to an answer, for requests with which nothing is wrong.

FastAPI works through everything that a route could be asked for, for each request anew; with the
thirty parameters of a list that takes longer than the list itself. Here a request costs what it
does ask for. Whatever this way does not take goes FastAPI's, which knows how to refuse: requests
with a parameter or a body that is not as it should be, and routes that need more than coroutine
functions of the request which end in a response.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from starlette.requests import Request
from starlette.responses import Response

from app.core.http.given_parameters import Arguments, GivenParameters
from app.core.http.json_request import JsonRequest
from app.core.http.route_table import ServedRoute, served_route


@dataclass(frozen=True, slots=True)
class _Step:
    """A function of the request.

    Attributes:
        call: The function.
        requests: The names of its arguments that are the request itself.
        results: Its arguments that earlier steps found, as names and places.
        body: What FastAPI validates the body with, if it takes that.
    """

    call: Callable[..., Awaitable[Any]]
    requests: tuple[str, ...]
    results: tuple[tuple[str, int], ...]
    body: Any


@dataclass(frozen=True, slots=True)
class ShortWay:
    """What a route calls, in order and each once; the endpoint comes last."""

    steps: tuple[_Step, ...]
    parameters: GivenParameters

    async def answer(self, request: Request) -> Response | None:
        """The answer of the endpoint; None: the request has to go the long way."""
        found = self.parameters.read(request)
        if found is None:
            return None
        results: list[Any] = []
        for step, arguments in zip(self.steps, found, strict=True):
            for name in step.requests:
                arguments[name] = request
            for name, place in step.results:
                arguments[name] = results[place]
            if step.body is not None and not _read_body(request, step.body, arguments):
                return None
            results.append(await step.call(**arguments))
        response: Response = results[-1]
        return response


def _read_body(request: Request, field: Any, arguments: Arguments) -> bool:
    """Add the validated body; only now, since nobody is told about a body who may not send one."""
    if not isinstance(request, JsonRequest):
        return False
    arguments[field.name], errors = field.validate(request.parsed)
    return not errors


async def answer_shortly(request: Request) -> Response | None:
    """The answer to a request that can go the short way; None: it has to go the long one."""
    route = served_route(request.scope)
    way = short_way(route) if route else None
    return await way.answer(request) if way else None


@cache
def short_way(route: ServedRoute) -> ShortWay | None:
    """The short way of a route, if it has one."""
    endpoint = route.dependant
    if endpoint is None or inspect.signature(_call(endpoint)).return_annotation is not Response:
        return None
    functions = list({function.call: function for function in _in_order(endpoint)}.values())
    parameters = GivenParameters(functions)
    if not (parameters.are_plain and all(map(_is_plain, functions))):
        return None
    places = {function.call: place for place, function in enumerate(functions)}
    return ShortWay(
        tuple(
            _Step(
                call=_call(function),
                requests=(function.request_param_name,) if function.request_param_name else (),
                results=tuple(
                    (part.name, places[part.call]) for part in function.dependencies if part.name
                ),
                body=function.body_params[0] if function.body_params else None,
            )
            for function in functions
        ),
        parameters,
    )


def _in_order(function: Dependant) -> Iterator[Dependant]:
    for part in function.dependencies:
        yield from _in_order(part)
    yield function


def _call(function: Dependant) -> Callable[..., Any]:
    assert function.call is not None  # noqa: S101 - true of whatever FastAPI calls
    return function.call


def _is_plain(function: Dependant) -> bool:
    """Whether a function is a coroutine function of the request and nothing else.

    Of a body it may take the whole, as JSON.
    """
    asks_for_more = (
        any(isinstance(field.field_info, Form) for field in function.body_params)
        or len(function.body_params) > 1
        or function.cookie_params
        or function.http_connection_param_name
        or function.websocket_param_name
        or function.response_param_name
        or function.background_tasks_param_name
        or function.security_scopes_param_name
        or function.concurrency
    )
    is_coroutine = inspect.iscoroutinefunction(inspect.unwrap(_call(function)))
    return is_coroutine and function.use_cache and not asks_for_more

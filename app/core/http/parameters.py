"""Strict parameters: what a route does not know, or is given twice, is refused by name."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import (
    get_flat_params,
    get_validation_alias,
    request_params_to_args,
)
from fastapi.params import ParamTypes
from starlette.requests import Request

from app.core.http.answers import safe_name
from app.core.http.route_table import ServedRoute, served_route
from app.core.http.suggestions import unknown_name
from app.core.http.validation import parameter_details

MAX_QUERY_PARAMETERS = 100
ONLY_ONCE = "This parameter can be given only once"

_LISTS = (list, set, frozenset, tuple)


@dataclass(frozen=True)
class ParameterNames:
    """The query parameters of one route, and the headers that it reads."""

    known: frozenset[str]
    repeatable: frozenset[str]
    headers: frozenset[bytes]


def misused_names(request: Request) -> dict[str, str]:
    """A sentence for each parameter that is unknown, or that is given twice but is no list.

    This is on the way of every request: with nothing to find it costs a few microseconds.
    """
    query: bytes = request.scope["query_string"]
    route = served_route(request.scope)
    if route is None:
        return {}
    if query.count(b"&") >= MAX_QUERY_PARAMETERS:
        return {"query": f"There are more than {MAX_QUERY_PARAMETERS} query parameters"}
    names = parameter_names(route)
    details = _repeated_headers(request, names)
    if not query:
        return details
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in names.known:
            details[safe_name(name)] = unknown_name("parameter", name, names.known)
        elif times > 1 and name not in names.repeatable:
            details[name] = ONLY_ONCE
    return details


def _repeated_headers(request: Request, names: ParameterNames) -> dict[str, str]:
    given = [name for name, _ in request.scope["headers"] if name in names.headers]
    return {name.decode(): ONLY_ONCE for name in set(given) if given.count(name) > 1}


def all_problems(request: Request) -> dict[str, str]:
    """Everything wrong with the parameters: their names, and the values of those declared."""
    route = served_route(request.scope)
    errors = _value_errors(request, route.dependant) if route and route.dependant else ()
    return parameter_details(errors) | misused_names(request)


@cache
def parameter_names(route: ServedRoute) -> ParameterNames:
    """The names that a route and its dependencies declare."""
    known, repeatable, headers = set(), set(), set()
    for field in get_flat_params(route.dependant) if route.dependant else ():
        name, place = get_validation_alias(field), getattr(field.field_info, "in_", None)
        if place is ParamTypes.header:
            headers.add(name.lower().encode())
        elif place in (None, ParamTypes.query):
            known.add(name)
            if is_list(field.field_info.annotation):
                repeatable.add(name)
    return ParameterNames(frozenset(known), frozenset(repeatable), frozenset(headers))


def is_list(annotation: Any) -> bool:
    """Whether a parameter of this type can be given more than once."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return any(is_list(alternative) for alternative in get_args(annotation))
    return (origin or annotation) in _LISTS


def _value_errors(request: Request, dependant: Dependant) -> Iterator[Mapping[str, Any]]:
    for fields, received in (
        (dependant.path_params, request.path_params),
        (dependant.query_params, request.query_params),
        (dependant.header_params, request.headers),
        (dependant.cookie_params, request.cookies),
    ):
        yield from request_params_to_args(fields, received)[1]
    for dependency in dependant.dependencies:
        yield from _value_errors(request, dependency)

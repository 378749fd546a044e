"""The routes of an application as they are served, with the prefixes they were included under."""

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.types import Scope


@dataclass(frozen=True, eq=False)
class ServedRoute:
    """One route under one prefix; eq=False makes it a cheap key of caches."""

    template: str
    pattern: re.Pattern[str]
    methods: frozenset[str]
    dependant: Dependant | None


def served_routes(app: FastAPI) -> dict[int, list[ServedRoute]]:
    """All routes, by the identity of the object that routing leaves in the ASGI scope."""
    table: dict[int, list[ServedRoute]] | None = getattr(app.state, "served_routes", None)
    if table is None:
        table = app.state.served_routes = _read_routes(app)
    return table


def _read_routes(app: FastAPI) -> dict[int, list[ServedRoute]]:
    table: dict[int, list[ServedRoute]] = {}
    for context in iter_route_contexts(app.routes):
        if context.path_format is None or not context.methods:
            continue  # a mounted application has routes of its own
        route = ServedRoute(
            template=context.path_format,
            pattern=context.path_regex,
            methods=frozenset(context.methods),
            dependant=getattr(context, "dependant", None),
        )
        table.setdefault(id(context.original_route), []).append(route)
    return table


def served_route(scope: Scope) -> ServedRoute | None:
    """The route that a request was handed to; None when nothing matched."""
    if "route" not in scope:
        return None
    routes = served_routes(scope["app"]).get(id(scope["route"]), [])
    if len(routes) == 1:
        return routes[0]
    return next((route for route in routes if route.pattern.match(scope["path"])), None)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that a path takes over all its routes; one route knows only its own."""
    methods: set[str] = set()
    for routes in served_routes(app).values():
        for route in routes:
            if route.pattern.match(path):
                methods |= route.methods
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)

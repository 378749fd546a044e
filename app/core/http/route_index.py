"""Finding the route of a request without trying one after the other."""

from collections.abc import Iterable

from fastapi.routing import APIRoute, APIRouter
from starlette.types import Receive, Scope, Send

Key = tuple[str, int]
"""A method, and how many slashes a path has."""


class RouteIndex:
    """Hands requests to the first route that takes them; what none does, a router deals with.

    Only such routes are tried as have the method and the length of the request. A router would
    ask each in turn.
    """

    def __init__(self, router: APIRouter, routes: Iterable[APIRoute]) -> None:
        self._otherwise = router.app
        self._routes: dict[Key, list[APIRoute]] = {}
        for route in routes:
            if any(convertor.regex != "[^/]+" for convertor in route.param_convertors.values()):
                continue  # its paths are of any length
            for method in route.methods or ():
                self._routes.setdefault((method, route.path.count("/")), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and not scope.get("root_path"):
            path = scope["path"]
            for route in self._routes.get((scope["method"], path.count("/")), ()):
                if found := route.path_regex.match(path):
                    scope["route"], scope["endpoint"] = route, route.endpoint
                    scope["path_params"] = found.groupdict()
                    await route.app(scope, receive, send)
                    return
        await self._otherwise(scope, receive, send)

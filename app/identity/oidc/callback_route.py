"""A route that a provider sends browsers to, which is strict about what we know of."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.core.http.parameters import parameter_names
from app.core.http.route_table import served_route
from app.core.http.routing import StrictRoute


class CallbackRoute(StrictRoute):
    """A strict route but for parameters that it does not know: those are to be ignored.

    Providers add their own, and a client has to put up with them (RFC 6749, section 4.1.2).
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler, which gets to see what it knows."""
        handle = super().get_route_handler()

        async def handle_what_is_known(request: Request) -> Response:
            route = served_route(request.scope)
            known = parameter_names(route).known if route else frozenset()
            pairs = [pair for pair in request.query_params.multi_items() if pair[0] in known]
            scope = dict(request.scope, query_string=urlencode(pairs).encode())
            return await handle(Request(scope, request.receive))

        return handle_what_is_known

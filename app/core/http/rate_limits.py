"""Counting the calls of the API: each once, by whoever is found to have made it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.addresses import address_to_count
from app.core.errors import RateLimited
from app.core.http.answers import error_response
from app.core.http.rate_limit_headers import add_rate_limit_headers
from app.core.rate_limit.classes import RateClass
from app.core.rate_limit.limiter import RateLimiter

COUNTED_PATHS = "/api/v1/"

_IS_COUNTED = "is_counted"


async def count_call(scope: Scope, rate_class: RateClass, identity: str) -> None:
    """Count a request, unless it has been counted.

    Raises:
        RateLimited: It is one too many.
    """
    if _IS_COUNTED in scope["state"]:
        return
    scope["state"][_IS_COUNTED] = True
    limiter: RateLimiter = scope["app"].state.rate_limiter
    decision = await limiter.count(rate_class, identity)
    if decision is None:
        return
    add_rate_limit_headers(scope, rate_class, decision)
    if not decision.is_allowed:
        raise RateLimited(retry_after=decision.seconds_to_next)


def client_of(scope: Scope) -> str:
    """Who calls, when all that is known is from where; the server has asked trusted proxies."""
    client = scope.get("client")
    return address_to_count(client[0] if client else None)


class AnonymousLimitMiddleware:
    """Count by address what has been refused before anybody knew who calls.

    Only as the answer begins is it known that nobody does. So whoever is known is never refused
    for what others do at the same address, and too many refusals become 429 whatever they were.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request; a preflight (OPTIONS) is never counted."""
        is_counted = scope["type"] == "http" and scope["path"].startswith(COUNTED_PATHS)
        if not is_counted or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        is_replaced = False

        async def send_unless_too_many(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start":
                try:
                    await count_call(scope, RateClass.ANONYMOUS, client_of(scope))
                except RateLimited as error:
                    if is_replaced := 400 <= message["status"] < 500:
                        await error_response(scope, error)(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self.app(scope, receive, send_unless_too_many)

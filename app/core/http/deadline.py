"""No request waits for ever: the time until the first byte of an answer is bounded."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Unavailable

REQUEST_SECONDS = 15.0

_DEADLINE = "deadline"
"""Where the clock of a request is, in its scope."""


def postpone_deadline(scope: Scope, seconds: float = REQUEST_SECONDS) -> None:
    """Give a request so many seconds from now; for one whose body takes its time to arrive."""
    deadline: asyncio.Timeout | None = scope.get("state", {}).get(_DEADLINE)
    if deadline is not None and not deadline.expired():
        deadline.reschedule(asyncio.get_running_loop().time() + seconds)


class DeadlineMiddleware:
    """Give up on a request that has not begun to answer in time.

    Once an answer has begun it may take as long as it likes: it is a download or a stream.
    """

    def __init__(self, app: ASGIApp, *, seconds: float = REQUEST_SECONDS) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request against the clock.

        Raises:
            Unavailable: The time is over and nothing has been answered.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_and_stop_the_clock(message: Message) -> None:
            if message["type"] == "http.response.start" and not deadline.expired():
                deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self.seconds) as deadline:
                scope.setdefault("state", {})[_DEADLINE] = deadline
                await self.app(scope, receive, send_and_stop_the_clock)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise Unavailable("The request took too long") from None

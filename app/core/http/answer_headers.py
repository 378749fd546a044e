"""Headers that go with a request's answer whatever the answer becomes, an error included."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.http.security_headers import SecurityHeaders

_KEY = "answer_headers"


def add_answer_header(scope: Scope, name: str, value: str) -> None:
    """Have the answer to this request carry one more header."""
    scope["state"].setdefault(_KEY, []).append((name.lower().encode(), value.encode("latin-1")))


class AnswerHeadersMiddleware:
    """Add what was collected while a request was worked on, and what each answer must carry."""

    def __init__(self, app: ASGIApp, *, is_production: bool) -> None:
        self.app = app
        self.security = SecurityHeaders(is_production=is_production)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, adding the headers as its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *scope["state"].get(_KEY, ())]
                message["headers"] = self.security.added_to(headers, scope["path"])
            await send(message)

        await self.app(scope, receive, send_with_headers)

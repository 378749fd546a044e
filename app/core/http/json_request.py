"""A request whose body is parsed by our own rules, before FastAPI asks for it."""

from typing import Any

from starlette.requests import Request

from app.core.http.json_body import read_json


class JsonRequest(Request):
    """A request with a body of JSON.

    Attributes:
        parsed: The parsed body; None also when there is none.
    """

    parsed: object = None

    @classmethod
    async def of(cls, request: Request) -> "JsonRequest":
        """The same request with its body parsed.

        Raises:
            BadRequest: It is not JSON as we take it.
        """
        parsed = cls(request.scope, request.receive)
        if body := await parsed.body():
            parsed.parsed = read_json(body)
        return parsed

    async def json(self) -> object:
        """The parsed body."""
        return self.parsed


async def sent_object(request: Request) -> dict[str, Any]:
    """The members of a body before it is validated; none, if it is no object."""
    body = await request.json() if await request.body() else None
    return body if isinstance(body, dict) else {}

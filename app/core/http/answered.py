"""Requests that have their answer before the endpoint is called, or keep it once it was."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

Keep: TypeAlias = Callable[[Response], Awaitable[None]]

_KEEP = "keep_answer"


class AnsweredError(Exception):
    """Nothing is left to be done, and all that was begun is to be taken back.

    Attributes:
        response: The answer.
    """

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


async def answer_as_given(_request: Request, error: Exception) -> Response:
    """The answer that there is."""
    assert isinstance(error, AnsweredError)  # noqa: S101 - by registration
    return error.response


def keep_with(request: Request, keep: Keep) -> None:
    """Have the answer to a request kept before what it tells of is committed."""
    setattr(request.state, _KEEP, keep)


def keep_nothing(request: Request) -> None:
    """Have the answer not kept, since it tells of nothing that was done."""
    setattr(request.state, _KEEP, None)


async def kept(request: Request, response: Response) -> Response:
    """The answer, kept if that was asked for, once."""
    keep: Keep | None = getattr(request.state, _KEEP, None)
    if keep is not None:
        setattr(request.state, _KEEP, None)
        await keep(response)
    return response

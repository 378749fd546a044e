"""How long a request may take to begin its answer."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.core.errors import Unavailable
from app.core.http.deadline import DeadlineMiddleware, postpone_deadline


async def never() -> Message:
    """A client that sends nothing."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def run(app: DeadlineMiddleware) -> list[Message]:
    """What an application sends."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http"}, never, send)
    return sent


async def test_who_takes_too_long_is_given_up() -> None:
    async def slow(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(5)

    with pytest.raises(Unavailable):
        await run(DeadlineMiddleware(slow, seconds=0.05))


async def test_a_body_that_keeps_coming_has_time() -> None:
    async def patient(scope: Scope, _receive: Receive, send: Send) -> None:
        for _ in range(10):
            postpone_deadline(scope, 0.2)
            await asyncio.sleep(0.02)
        await send({"type": "http.response.start", "status": 200})

    assert len(await run(DeadlineMiddleware(patient, seconds=0.1))) == 1


async def test_a_body_that_stops_coming_has_not() -> None:
    async def stopped(scope: Scope, receive: Receive, _send: Send) -> None:
        postpone_deadline(scope, 0.05)
        await receive()

    with pytest.raises(Unavailable):
        await run(DeadlineMiddleware(stopped, seconds=10))


async def test_without_a_deadline_there_is_nothing_to_postpone() -> None:
    postpone_deadline({"type": "http"})

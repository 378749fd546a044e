"""Calls are sent here, and again where that does no harm."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.client.asynchronous.access import Access
from app.client.calls import Call, Caller
from app.client.errors import APIError, NoConnectionError, UnauthorizedError
from app.client.reading import error_of
from app.client.retries import NEVER, Retries
from app.core.version import service_version

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Transport:
    """The connections to one service, and who calls over them."""

    def __init__(
        self, http: httpx.AsyncClient, root: str, access: Access | None, retries: Retries
    ) -> None:
        self.http, self.root = http, root
        self.access = access
        self.retries = retries

    async def send(self, call: Call) -> httpx.Response:
        """The answer to a call, read to its end.

        Raises:
            APIError: The service refuses, and trying again did not help or would do harm.
            NoConnectionError: There is no answer; likewise.
        """
        return await self._persist(call, self.retries, is_stream=False)

    async def send_once(self, call: Call) -> httpx.Response:
        """The same without a second try."""
        return await self._persist(call, NEVER, is_stream=False)

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[httpx.Response]:
        """The answer to a call, whose body is still to be read."""
        response = await self._persist(call, self.retries, is_stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def _persist(self, call: Call, retries: Retries, *, is_stream: bool) -> httpx.Response:
        tried, is_renewed = 0, False
        while True:
            token = await self._token(call)  # not among the tries: a login has its own
            tried += 1
            try:
                return await self._try(call, token, is_stream=is_stream)
            except (APIError, httpx.RequestError) as error:
                failure = error
            if not is_renewed and await self._is_renewed(token, failure):
                is_renewed = True
                continue
            seconds = _seconds_to_wait(call, failure, tried, retries)
            if seconds is None:
                raise _told(call, failure, tried)
            await asyncio.sleep(seconds)

    async def _token(self, call: Call) -> str | None:
        if self.access is None or call.caller is not Caller.SELF:
            return None
        return await self.access.token(self.send)

    async def _is_renewed(self, token: str | None, failure: Exception) -> bool:
        """Whether a token that was refused has been exchanged for another."""
        if self.access is None or token is None or not isinstance(failure, UnauthorizedError):
            return False
        return await self.access.renewed(self.send, token)

    async def _try(self, call: Call, token: str | None, *, is_stream: bool) -> httpx.Response:
        if call.upload is None:
            request = self._request(call, token, content=call.content)
            response = await self.http.send(request, stream=is_stream, follow_redirects=False)
        else:
            with call.upload.opened() as file:
                files = {"file": (call.upload.name, file)}
                request = self._request(call, token, files=files, data=dict(call.upload.fields))
                response = await self.http.send(request, stream=is_stream, follow_redirects=False)
        if response.status_code < 300 or response.status_code in call.answers:
            return response
        try:
            await response.aread()
        finally:
            await response.aclose()
        raise error_of(response)

    def _request(self, call: Call, token: str | None, **body: Any) -> httpx.Request:
        headers = {"User-Agent": f"interaction-management-client/{service_version()}"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        request = self.http.build_request(
            call.method,
            self.root + call.path,
            params=tuple(call.query) or None,
            headers={**call.headers, **headers},
            timeout=self._timeout(call),
            **body,
        )
        if call.caller is not Caller.BROWSER:
            request.headers.pop("Cookie", None)  # a token and a cookie together are refused
        return request

    def _timeout(self, call: Call) -> httpx.Timeout:
        usual = self.http.timeout
        if call.read_seconds is None:
            return usual
        return httpx.Timeout(
            connect=usual.connect, write=usual.write, pool=usual.pool, read=call.read_seconds
        )


def _seconds_to_wait(
    call: Call, failure: APIError | httpx.RequestError, tried: int, retries: Retries
) -> float | None:
    may_repeat = call.may_be_repeated
    if isinstance(failure, APIError):
        return retries.after_refusal(tried, failure, may_repeat=may_repeat)
    return retries.after_loss(tried, may_repeat=may_repeat or _was_never_sent(call, failure))


def _was_never_sent(call: Call, failure: httpx.RequestError) -> bool:
    is_all_there = call.upload is None or call.upload.may_be_sent_again
    return is_all_there and isinstance(failure, _NEVER_SENT)


def _told(call: Call, failure: APIError | httpx.RequestError, tried: int) -> Exception:
    if isinstance(failure, APIError):
        return failure
    reason = type(failure).__name__
    lost = NoConnectionError(f"{call.method} {call.path}: {reason}; tried {tried} times")
    lost.__cause__ = failure
    return lost

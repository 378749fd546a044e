"""What calls are made with: a key, the tokens of a source, or those of a login."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

import httpx
from pydantic import SecretStr

from app.client.calls import Call, Caller, call
from app.client.errors import NoConnectionError, UnauthorizedError
from app.client.reading import read
from app.client.schemas import LoggedIn, LoginRequest, RefreshRequest, TokenPair

SECONDS_BEFORE_THE_END = 60
"""So long before it ends an access token is renewed, or at half of its life if that is later."""

Send: TypeAlias = Callable[[Call], Awaitable[httpx.Response]]
TokenSource: TypeAlias = Callable[[], Awaitable[str]]


class Access(Protocol):
    """Where the token of a call comes from."""

    async def token(self, send: Send) -> str:
        """The token for the next call."""

    async def renewed(self, send: Send, used: str) -> bool:
        """Whether there is another one, now that one was refused."""


class KeyAccess:
    """An API key, which stays the same."""

    def __init__(self, key: str) -> None:
        self._key = SecretStr(key)

    async def token(self, send: Send) -> str:
        """The key."""
        return self._key.get_secret_value()

    async def renewed(self, send: Send, used: str) -> bool:
        """There is no other."""
        return False


class SourceAccess:
    """Tokens of somebody else's, who is asked before each call and keeps them as they see fit."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source

    async def token(self, send: Send) -> str:
        """What the source gives."""
        return await self._source()

    async def renewed(self, send: Send, used: str) -> bool:
        """Whether the source gives another one now."""
        return await self._source() != used


class LoginAccess:
    """A login by user name and password, made when it is first needed and carried on.

    A refresh token works once, and using it twice ends the whole login. So one call refreshes and
    all others wait for it; and where a refresh is lost on the way, a new login is made instead.
    """

    def __init__(self, username: str, password: str) -> None:
        self.username = username
        self._password = SecretStr(password)
        self._pair: TokenPair | None = None
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def token(self, send: Send) -> str:
        """An access token that is good for a while."""
        pair = self._pair
        if pair is None or time.monotonic() >= self._renew_at:
            async with self._lock:
                if self._pair is pair or self._pair is None:  # nobody else has been here
                    await self._renew(send)
                pair = self._pair
        assert pair is not None  # noqa: S101 - it was renewed, or an error was raised
        return pair.access_token

    async def renewed(self, send: Send, used: str) -> bool:
        """Always: by this call, or by another one that was quicker."""
        async with self._lock:
            if self._pair is None or self._pair.access_token == used:
                await self._renew(send)
        return True

    async def log_in(self, send: Send, body: LoginRequest) -> LoggedIn:
        """A new login, which is carried on from now on."""
        asked = call("POST", "/auth/login", body=body, caller=Caller.NOBODY, is_harmless_twice=True)
        logged_in = read(LoggedIn, await send(asked))
        self._keep(logged_in)
        return logged_in

    def take_token(self) -> str | None:
        """The token of the login, if there is one, to log out with; then there is none."""
        pair, self._pair = self._pair, None
        return pair.access_token if pair else None

    async def _renew(self, send: Send) -> None:
        # Forgotten before it is sent: whatever becomes of it, it is not used twice.
        pair, self._pair = self._pair, None
        if pair is None or not await self._refreshed(send, pair.refresh_token):
            password = self._password.get_secret_value()
            await self.log_in(send, LoginRequest(username=self.username, password=password))

    async def _refreshed(self, send: Send, refresh_token: str) -> bool:
        body = RefreshRequest(refresh_token=refresh_token)
        try:
            answer = await send(call("POST", "/auth/refresh", body=body, caller=Caller.NOBODY))
        except (UnauthorizedError, NoConnectionError):
            return False
        self._keep(read(TokenPair, answer))
        return True

    def _keep(self, pair: TokenPair) -> None:
        early = min(SECONDS_BEFORE_THE_END, pair.expires_in / 2)
        self._renew_at = time.monotonic() + pair.expires_in - early
        self._pair = pair

"""What each contender wants to be shown by a caller."""

import time

import orjson

from bench.cases.case import Contender
from bench.database.callers import PASSWORD, Caller
from bench.load.client import Connection, request_bytes
from bench.references.idiomatic.security import token_for
from bench.run.contenders import Server

RENEWED_AFTER = 10 * 60
"""Seconds; the service's tokens are good for half an hour."""


class Tokens:
    """Logs in at the service, as its users do, and again before a token is over."""

    def __init__(self, contenders: dict[Contender, Server]) -> None:
        self._contenders = contenders
        self._own: dict[Caller, tuple[float, str]] = {}

    async def get(self, contender: Contender, caller: Caller) -> str:
        """A token for a caller."""
        if contender.server is Contender.RAW:
            return caller.name
        if contender is Contender.IDIOMATIC:
            return token_for(caller.user_id)
        made_at, token = self._own.get(caller, (float("-inf"), ""))
        if time.monotonic() - made_at > RENEWED_AFTER:
            token = await self._log_in(caller)
            self._own[caller] = time.monotonic(), token
        return token

    async def _log_in(self, caller: Caller) -> str:
        connection = await Connection.open(self._contenders[Contender.OURS].port)
        body = orjson.dumps({"username": caller.name, "password": PASSWORD})
        answer = await connection.ask(_login(body))
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"No login as {caller.name}: {answer.status} {answer.body!r}")
        return str(orjson.loads(answer.body)["access_token"])


def _login(body: bytes) -> bytes:
    """A login without a token."""
    request = request_bytes("POST", "/api/v1/auth/login", "", body)
    return request.replace(b"Authorization: Bearer \r\n", b"")

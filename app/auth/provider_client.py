"""Calls to the provider of single sign-on: few, short, and never anywhere else."""

import asyncio
import ipaddress
import json
import ssl
from collections.abc import Mapping

import httpx

SECONDS = 3.0
"""For a whole call, however slowly its bytes come."""

MAX_BYTES = 64 * 1024

_MAX_PORT = 65535


class ProviderError(Exception):
    """The provider cannot be reached, or what it answers is of no use."""


class ProviderClient:
    """Asks for JSON objects. Follows no redirect, and reads no more than it has to.

    A client for each call: there are a few in an hour, and none has to be closed in the end.
    """

    def __init__(self, tls: ssl.SSLContext, *, allows_loopback: bool) -> None:
        self._tls = tls
        self._allows_loopback = allows_loopback

    def check_address(self, url: str) -> None:
        """Refuse an address where a secret could be overheard.

        Raises:
            ProviderError: It is not https, nor this very machine in development.
        """
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise ProviderError("an address is none") from error
        is_local = parsed.scheme == "http" and self._allows_loopback and _is_loopback(parsed.host)
        if not (parsed.scheme == "https" or is_local) or not parsed.host:
            raise ProviderError(f"an address is not https: {parsed.scheme}://{parsed.host}")
        if parsed.userinfo or parsed.fragment or (parsed.port or 0) > _MAX_PORT:
            raise ProviderError("an address has a user, a fragment or an impossible port")

    async def get(self, url: str, *, token: str | None = None) -> dict[str, object]:
        """Read an object.

        Raises:
            ProviderError: It cannot be had.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, members = await self._call(httpx.Request("GET", url, headers=headers))
        if status != httpx.codes.OK:
            raise ProviderError(f"status {status}")
        return members

    async def post(
        self, url: str, form: Mapping[str, str], *, authorization: str | None = None
    ) -> tuple[int, dict[str, object]]:
        """Send a form; answers the status and the object that came with it.

        Raises:
            ProviderError: There is no such answer.
        """
        headers = {"Authorization": authorization} if authorization else {}
        return await self._call(httpx.Request("POST", url, data=form, headers=headers))

    async def _call(self, request: httpx.Request) -> tuple[int, dict[str, object]]:
        self.check_address(str(request.url))
        # Unpacked, a small answer could become a large one.
        request.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=SECONDS) as client,
            ):
                response = await client.send(request, stream=True, follow_redirects=False)
                return response.status_code, _json_object(await _read(response))
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise ProviderError(type(error).__name__) from error


async def _read(response: httpx.Response) -> bytes:
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise ProviderError("the answer is too large")
    return content


def _json_object(content: bytes) -> dict[str, object]:
    value = json.loads(content)
    if not isinstance(value, dict):
        raise ProviderError("the answer is no JSON object")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

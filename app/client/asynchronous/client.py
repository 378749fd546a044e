"""The client with all of its operations."""

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from app.client.asynchronous.access import (
    Access,
    KeyAccess,
    LoginAccess,
    SourceAccess,
    TokenSource,
)
from app.client.asynchronous.api_keys import ApiKeys
from app.client.asynchronous.batches import Batches
from app.client.asynchronous.browser import Browser
from app.client.asynchronous.editing import Editing
from app.client.asynchronous.finding import Finding
from app.client.asynchronous.history import History
from app.client.asynchronous.imports import Imports
from app.client.asynchronous.logins import Logins
from app.client.asynchronous.members import Members
from app.client.asynchronous.privacy import Privacy
from app.client.asynchronous.report_schedules import ReportSchedules
from app.client.asynchronous.reports import Reports
from app.client.asynchronous.running import Running
from app.client.asynchronous.saved_searches import SavedSearches
from app.client.asynchronous.sites import Sites
from app.client.asynchronous.transport import Transport
from app.client.asynchronous.undoing import Undoing
from app.client.asynchronous.users import Users
from app.client.retries import Retries

TIMEOUT = httpx.Timeout(30, connect=5)


class AsyncIMSClient(
    Editing,
    Batches,
    History,
    Finding,
    SavedSearches,
    Reports,
    ReportSchedules,
    Imports,
    Undoing,
    Sites,
    Members,
    Users,
    Logins,
    ApiKeys,
    Browser,
    Privacy,
    Running,
):
    """A client of the service, in somebody's name.

    It logs in when it is first needed and carries the login on by itself. A call that finds the
    service busy or away is made again, if that can do no harm: each call that changes something
    carries a key, so that what was done the first time is not done twice.

    Example:
        async with AsyncIMSClient(url, username=username, password=password) as mine:
            print((await mine.get_current_user()).full_name)
    """

    def __init__(
        self,
        url: str,
        *,
        username: str | None = None,
        password: str | None = None,
        api_key: str | None = None,
        token_source: TokenSource | None = None,
        timeout: float | httpx.Timeout = TIMEOUT,
        retries: Retries | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """Take note of all that; nothing is sent yet.

        Args:
            url: Where the service is, such as `https://ims.example.org`.
            username: Who logs in, together with `password`.
            password: Theirs.
            api_key: The key of a machine, instead.
            token_source: Is asked for an access token before each call, instead.
            timeout: In seconds: for a connection, and between bytes.
            retries: How patient the client is.
            http: Connections of your own, with their own timeout, for proxies and certificates; you
                close them.

        Raises:
            ValueError: The address is none, or it is unclear who is calling.
        """
        self._url = _root_of(url)
        self._owns_http = http is None
        access = _access(username, password, api_key, token_source)
        http = http or httpx.AsyncClient(timeout=timeout)
        self._transport = Transport(http, self._url, access, retries or Retries())

    def __repr__(self) -> str:
        """Where it calls, and by what; never with what secret."""
        how = type(self._transport.access).__name__ if self._transport.access else "nobody"
        return f"{type(self).__name__}({self._url!r}, {how})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the login that this client has made, and close its connections.

        Example:
            mine = AsyncIMSClient(url, api_key=api_key)
            await mine.aclose()
        """
        try:
            await self._leave()
        finally:
            if self._owns_http:
                await self._transport.http.aclose()


def _root_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("The address must begin with https:// or http://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("The address must have no user, query or fragment in it")
    return url.rstrip("/").removesuffix("/api/v1").removesuffix("/api").rstrip("/")


def _access(
    username: str | None,
    password: str | None,
    api_key: str | None,
    token_source: TokenSource | None,
) -> Access | None:
    given = [one for one in (username, api_key, token_source) if one is not None]
    if len(given) > 1 or (username is None) != (password is None):
        raise ValueError("Give username and password, or api_key, or token_source")
    if username is not None and password is not None:
        return LoginAccess(username, password)
    if api_key is not None:
        return KeyAccess(api_key)
    return SourceAccess(token_source) if token_source is not None else None

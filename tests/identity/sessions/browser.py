"""A browser, as far as sessions go, and what happens to its session behind its back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import Login, User
from tests.desk import Json
from tests.factories import PASSWORD, Client
from tests.starting import started

COOKIE = "ims_session"
CACHED_SECONDS = 1.05
"""A little longer than a process goes by what it last read."""

_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def client_without_jar(api: FastAPI, base_url: str = "http://test") -> Client:
    """A client that keeps no cookies by itself: the tests say which ones it sends."""
    return Client(
        transport=httpx.ASGITransport(api),
        base_url=f"{base_url}/api/v1",
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


@dataclass
class Browser:
    """Keeps the cookie that it is told to, and sends it from a page of ours."""

    client: Client
    cookie_name: str = COOKIE
    cookie: str = ""
    csrf_token: str = ""

    @classmethod
    def of(cls, api: FastAPI, *, cookie: str = "", csrf_token: str = "") -> "Browser":
        """A browser that talks to an application."""
        return cls(client_without_jar(api), cookie=cookie, csrf_token=csrf_token)

    async def log_in(self, user: User, **over: Any) -> Json:
        """Open a session."""
        sent = {"username": user.username, "password": PASSWORD} | over
        response = await self.post("/auth/session", json=sent)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        self.csrf_token = answer["csrf_token"]
        return answer

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request as a page of ours would, and keep what its answer sets."""
        headers = _OWN_PAGE | self.credentials | options.pop("headers", {})
        response = await self.client.request(method, path, headers=headers, **options)
        for value in set_cookies(response, self.cookie_name):
            self.cookie = value
        return response

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Read."""
        return await self.send("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx.Response:
        """Create."""
        return await self.send("POST", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        """Remove."""
        return await self.send("DELETE", path, **options)

    async def status(self, cookie: str | None = None) -> int:
        """How the question who is logged in is answered, with this cookie or another."""
        shown = self.cookie if cookie is None else cookie
        headers = {"Cookie": f"{self.cookie_name}={shown}"}
        return (await self.client.get("/auth/me", headers=headers)).status_code

    @property
    def credentials(self) -> dict[str, str]:
        """The headers that go with every request of this browser."""
        if not self.cookie:
            return {}
        return {"Cookie": f"{self.cookie_name}={self.cookie}", "X-CSRF-Token": self.csrf_token}


def set_cookies(response: httpx.Response, name: str = COOKIE) -> list[str]:
    """The values that an answer gives to the session cookie; empty where it removes it."""
    parts = [header.partition(";")[0].partition("=") for header in _settings(response)]
    return [value.strip('"') for found, _, value in parts if found == name]


def _settings(response: httpx.Response) -> list[str]:
    return response.headers.get_list("Set-Cookie")


async def time_passes(engine: AsyncEngine, user: User, passed: timedelta) -> None:
    """Move all that happened to a user's logins into the past."""
    moments = [
        Login.created_at,
        Login.offered_at,
        Login.renewed_at,
        Login.last_used_at,
        Login.expires_at,
    ]
    earlier = {moment: moment - passed for moment in moments}
    async with engine.begin() as connection:
        await connection.execute(update(Login).where(Login.user_id == user.id).values(earlier))


async def actions_of(engine: AsyncEngine, user: User) -> list[str]:
    """What is recorded of a user, in the order in which it happened."""
    statement = text("SELECT action FROM app.system_events WHERE actor_id = :id ORDER BY id")
    async with engine.connect() as connection:
        return list(await connection.scalars(statement, {"id": user.id}))


@asynccontextmanager
async def another_process(settings: Settings, **over: object) -> AsyncIterator[FastAPI]:
    """The application once more on the same database: as after a restart, or beside itself."""
    async with started(Settings(**settings.model_dump() | over)) as api:
        yield api

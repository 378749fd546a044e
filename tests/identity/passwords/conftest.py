"""Somebody who sets a password, and the post that brings the links."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.models import User
from tests.desk import ClientFor, Json
from tests.factories import Client, Make
from tests.post_office import PostOffice, post_office

NEW = "another one, much longer"


@pytest.fixture
async def post(
    settings: Settings, engine: AsyncEngine, admin_engine: AsyncEngine, tmp_path: Path
) -> AsyncIterator[PostOffice]:
    async with post_office(settings, engine, folder=tmp_path, admin_engine=admin_engine) as office:
        yield office


@pytest.fixture
def nobody(client_for: ClientFor) -> Client:
    return client_for()


@dataclass(frozen=True, slots=True)
class Person:
    """A user, their client, and that of whoever has no login."""

    user: User
    client: Client
    nobody: Client
    post: PostOffice

    async def ask(self) -> httpx.Response:
        """Ask for a link."""
        return await self.nobody.post("/auth/password/reset", json={"email": self.user.email})

    async def link(self) -> str:
        """Ask for a link, and read the token in it."""
        assert (await self.ask()).status_code == 202
        return await self.post.token_for(self.user.email)

    async def confirm(self, token: str, new: str = NEW) -> httpx.Response:
        """Set a password with a link."""
        sent = {"token": token, "new_password": new}
        return await self.nobody.post("/auth/password/reset/confirm", json=sent)

    async def change(self, current: str, new: str = NEW) -> httpx.Response:
        """Change the password."""
        sent = {"current_password": current, "new_password": new}
        return await self.client.post("/auth/password/change", json=sent)

    async def log_in(self, password: str) -> httpx.Response:
        """Try a new login."""
        sent = {"username": self.user.username, "password": password}
        return await self.nobody.post("/auth/login", json=sent)


@pytest.fixture
async def person(make: Make, client_for: ClientFor, nobody: Client, post: PostOffice) -> Person:
    user = await make.user()
    return Person(user, client_for(user), nobody, post)


EventsOf = Callable[[User], Awaitable[list[Json]]]


@pytest.fixture
def events_of(admin_engine: AsyncEngine) -> EventsOf:
    """The events about a user that have to do with passwords."""

    async def events(user: User) -> list[Json]:
        statement = text(
            "SELECT * FROM app.system_events WHERE action LIKE 'password.%'"
            " AND (actor_id = :id OR subject = 'user:' || :id) ORDER BY id"
        )
        async with admin_engine.connect() as connection:
            rows = await connection.execute(statement, {"id": user.id})
            return [dict(row) for row in rows.mappings()]

    return events

"""Somebody with a second factor, and the answers to their logins."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import User
from tests.desk import ClientFor
from tests.factories import PASSWORD, Client, Make
from tests.identity.totp.authenticator import Authenticator, let_codes_expire, set_up


@dataclass(frozen=True, slots=True)
class Person:
    """A user with a second factor, with the client that they are logged in with already."""

    user: User
    phone: Authenticator
    client: Client
    nobody: Client

    async def log_in(self, path: str = "/auth/login", **over: object) -> httpx.Response:
        """Try a new login with the password, and what else is given."""
        sent = {"username": self.user.username, "password": PASSWORD} | over
        return await self.nobody.post(path, json=sent)


@pytest.fixture
def make_person(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> Callable[[], Awaitable[Person]]:
    async def person() -> Person:
        user = await make.user()
        client = client_for(user)
        phone = await set_up(client)
        await let_codes_expire(admin_engine, user)
        return Person(user, phone, client, client_for())

    return person


@pytest.fixture
async def person(make_person: Callable[[], Awaitable[Person]]) -> Person:
    return await make_person()

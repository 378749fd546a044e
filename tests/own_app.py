"""The application on a database of its own, for tests that need it to themselves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.main import create_app
from app.models import User
from tests.conftest import Database, drop_database, migrate
from tests.factories import Client, Make


@dataclass(frozen=True, slots=True)
class OwnApp:
    """A started application in whose database there is only what a test makes."""

    api: FastAPI
    make: Make

    def client(self, user: User | None = None) -> Client:
        """A client that calls as a user, or as nobody."""
        token = {"Authorization": f"Bearer {self.make.token(self.api, user)}"} if user else {}
        return Client(
            transport=httpx.ASGITransport(self.api),
            base_url="http://test/api/v1",
            headers=token,
        )


@asynccontextmanager
async def own_app(
    make_database: Callable[[], Database], settings: Settings
) -> AsyncIterator[OwnApp]:
    """Start one, and remove its database in the end."""
    database = make_database()
    await migrate(database)
    url = database.app_url.render_as_string(hide_password=False)
    passwords = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # it closes it
    api = create_app(Settings(**settings.model_dump() | {"database_url": url}), passwords=passwords)
    try:
        async with api.router.lifespan_context(api):
            yield OwnApp(api, Make(api.state.engine, passwords))
    finally:
        await drop_database(database.admin_url)

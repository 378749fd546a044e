"""The application on a database of its own, for tests that need it to themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from app.core.config import Settings
from app.models import User
from tests.conftest import MakeMigrated, drop_database
from tests.factories import Client, Make
from tests.starting import started


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
async def own_app(make_migrated: MakeMigrated, settings: Settings) -> AsyncIterator[OwnApp]:
    """Start one, and remove its database in the end."""
    database = await make_migrated()
    url = database.app_url.render_as_string(hide_password=False)
    try:
        async with started(Settings(**settings.model_dump() | {"database_url": url})) as api:
            yield OwnApp(api, Make(api.state.engine, api.state.passwords))
    finally:
        await drop_database(database.admin_url)

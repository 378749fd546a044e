"""A person who has keys, and machines that call with them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.core.vocabulary import Role
from app.models import Site, User
from tests.desk import ClientFor, Json
from tests.factories import Client, Make


@dataclass(frozen=True, slots=True)
class Owner:
    """An admin of two sites, and the client that they call with in person."""

    user: User
    here: Site
    there: Site
    client: Client
    client_for: Callable[..., Client]

    async def make_key(self, **over: Any) -> Json:
        """A key that the owner makes: for the first site as viewer, unless told otherwise."""
        content = {"name": "A machine", "site_ids": [self.here.id], "role": "viewer"} | over
        response = await self.client.post("/api-keys", json=content)
        assert response.status_code == 201, response.text
        made: Json = response.json()
        return made

    def machine(self, key: str) -> Client:
        """A client that calls with a key."""
        return self.client_for(Authorization=f"Bearer {key}")


@pytest.fixture
async def owner(make: Make, client_for: ClientFor) -> Owner:
    here, there = await make.site(), await make.site()
    user = await make.member(here, there, role=Role.SITE_ADMIN)
    return Owner(user, here, there, client_for(user), client_for)

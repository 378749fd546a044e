"""Nothing that people are called, write, know or are reached at is kept in the audit."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.models import Site, User
from tests.desk import Json
from tests.factories import PASSWORD, Client, Make, body, unique

EVENTS = text(
    "SELECT e::text FROM app.audit_events e UNION ALL SELECT e::text FROM app.system_events e"
)

SECRET = "a password that only this test knows"
GUESS = "a guess that only this test makes"


@dataclass(frozen=True, slots=True)
class Life:
    """A site and its people, whose names all hold a word that must not be kept.

    Attributes:
        word: The word.
        tokens: Authorization headers by who sends them.
    """

    word: str
    client: Client
    site: Site
    tokens: dict[str, str]

    async def send(
        self, who: str, method: str, path: str, content: object = None
    ) -> httpx.Response:
        """Call as somebody, or as nobody."""
        headers = {"Authorization": self.tokens[who]} if who else {}
        return await self.client.request(method, path, json=content, headers=headers)

    async def of_a_person(self) -> None:
        """Hire somebody, have them log in, change them, and let them go."""
        name, email = f"hired.{self.word}", f"{self.word}@example.org"
        person: Json = {"username": name, "email": email, "full_name": f"Hired {self.word}"}
        created = await self.send("boss", "POST", "/users", person | {"password": SECRET})
        path = f"/users/{created.json()['id']}"
        for login in (email, f"nobody.{self.word}"):
            for password in (GUESS, SECRET):
                credentials = {"username": login, "password": password}
                await self.send("", "POST", "/auth/login", credentials)
                await self.send("", "POST", "/auth/session", credentials)
        self.client.cookies.clear()
        await self.send("", "POST", "/auth/password/reset", {"email": email})
        member = {"email": email, "role": "editor"}
        await self.send("boss", "POST", f"/sites/{self.site.id}/members", member)
        flags = {"is_active": True, "is_system_admin": False}
        renamed = person | flags | {"full_name": f"Other {self.word}"}
        assert (await self.send("boss", "PUT", path, renamed)).is_success
        assert (await self.send("boss", "DELETE", path)).is_success

    async def of_a_site(self) -> None:
        """Record, change, refuse, read, and close down."""
        content = {"name": f"New {self.word}", "description": self.word, "timezone": "UTC"}
        path = f"/sites/{self.site.id}"
        assert (await self.send("boss", "PUT", path, content)).is_success
        created = await self.send(
            "boss", "POST", "/interactions", body(site_id=self.site.id, title=self.word)
        )
        row = f"/interactions/{created.json()['id']}"
        await self.send("viewer", "PATCH", row, {"notes": self.word})
        await self.send("stranger", "GET", row)
        await self.send("stranger", "GET", f"{path}/interactions?q={self.word}")
        await self.send("stranger", "POST", "/sites", content)
        assert (await self.send("boss", "GET", f"/audit-events?site_id={self.site.id}")).is_success
        assert (await self.send("boss", "DELETE", f"{path}?force=true")).is_success


async def begin(app: FastAPI, make: Make, client: Client) -> Life:
    """Make the site and those who call."""
    word = unique("canary")

    def names(role: str) -> dict[str, Any]:
        name = f"{role}.{word}"
        return {"username": name, "email": f"{name}@example.org", "full_name": f"{role} {word}"}

    site = await make.site(f"Site {word}")
    people: dict[str, User] = {
        "boss": await make.user(is_system_admin=True, **names("boss")),
        "viewer": await make.member(site, role=Role.VIEWER, **names("viewer")),
        "stranger": await make.member(await make.site(), **names("stranger")),
    }
    tokens = {who: f"Bearer {make.token(app, user)}" for who, user in people.items()}
    return Life(word, client, site, tokens)


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.77", "198.51.100.0/24"), ("2001:db8:77:88:99:aa:bb:cc", "2001:db8:77::/48")],
)
async def test_the_audit_keeps_no_names_no_texts_no_secrets_and_no_addresses(
    api: FastAPI, make: Make, admin_engine: AsyncEngine, address: str, network: str
) -> None:
    transport = httpx.ASGITransport(api, client=(address, 1))
    async with Client(transport=transport, base_url="http://test/api/v1") as client:
        life = await begin(api, make, client)
        await life.of_a_person()
        await life.of_a_site()

    async with admin_engine.connect() as connection:
        kept = [event.lower() for event in await connection.scalars(EVENTS)]

    assert len([event for event in kept if network in event]) >= 14  # or it has looked at nothing
    told = [word for word in (life.word, SECRET, GUESS, PASSWORD, address) if word in str(kept)]
    assert told == []

"""A site with somebody who works there: what most tests of a feature begin with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.models import Site, User
from tests.factories import Client, body

ClientFor = Callable[..., Client]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """A site of its own, an editor there, and the client that the editor calls with."""

    site: Site
    user: User
    client: Client

    async def create(self, **over: Any) -> Json:
        """An interaction that the editor creates over HTTP."""
        response = await self.client.post("/interactions", json=body(**over))
        assert response.status_code == 201, response.text
        created: Json = response.json()
        return created

    async def listed(self, query: str = "", *, path: str = "/interactions") -> Json:
        """The page that a query string answers with."""
        response = await self.client.get(f"{path}?{query}")
        assert response.status_code == 200, response.text
        page: Json = response.json()
        return page

    async def titles(self, query: str = "") -> list[str]:
        """The titles that a query string finds, in the order of the answer."""
        return [row["title"] for row in (await self.listed(query))["interactions"]]

    async def history(self, interaction_id: int) -> list[Json]:
        """The changes of an interaction, newest first."""
        response = await self.client.get(f"/interactions/{interaction_id}/history")
        assert response.status_code == 200, response.text
        changes: list[Json] = response.json()["history"]
        return changes


def error_of(response: Any, status: int) -> Json:
    """The error of an answer that has to be a refusal of this status."""
    assert response.status_code == status, response.text
    error: Json = response.json()["error"]
    return error


def refused_fields(response: Any, status: int = 422) -> Json:
    """The fields that a refusal names, each with its sentence."""
    details: Json = error_of(response, status)["details"]
    return details

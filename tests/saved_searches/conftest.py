"""A site where searches are shared, and people with roles there."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.core.vocabulary import Role
from app.models import Site, User
from tests.desk import ClientFor, Json, error_of
from tests.factories import Client, Make, unique

QUERY = {
    "q": '"new line" -budget',
    "where": {
        "and": [
            {"field": "type", "op": "in", "value": ["CALL", "MEETING"]},
            {"field": "start_datetime", "op": "between", "value": {"last": "P7D"}},
            {"not": {"field": "lead", "op": "contains", "value": "Smith"}},
        ]
    },
    "sort": ["-start_datetime", "title"],
    "tz": "Europe/Paris",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who keeps searches."""

    user: User
    client: Client

    async def save(self, **over: Any) -> Json:
        """A search that they save."""
        content = {"name": unique("Search"), "query": QUERY} | over
        response = await self.client.post("/saved-searches", json=content)
        assert response.status_code == 201, response.text
        saved: Json = response.json()
        return saved

    async def read(self, saved: Json) -> Json:
        """A search as they read it."""
        response = await self.client.get(path_of(saved))
        assert response.status_code == 200, response.text
        read: Json = response.json()
        return read

    async def names(self, query: str = "") -> list[str]:
        """The names of the searches that they are shown."""
        response = await self.client.get(f"/saved-searches?page_size=100&{query}")
        assert response.status_code == 200, response.text
        return [search["name"] for search in response.json()["saved_searches"]]

    async def finds_none_of(self, saved: Json) -> None:
        """To them a search is as if it were not there."""
        error_of(await self.client.get(path_of(saved)), 404)
        private = content_of(saved, shared_with=None)
        error_of(await self.client.put(path_of(saved), json=private), 404)
        error_of(await self.client.delete(path_of(saved)), 404)
        assert saved["name"] not in await self.names()


@dataclass(frozen=True, slots=True)
class Office:
    """A site with somebody of each role, and a person of another site."""

    site: Site
    elsewhere: Site
    viewer: Person
    editor: Person
    admin: Person
    stranger: Person


def path_of(saved: Json) -> str:
    """Where a search is."""
    return f"/saved-searches/{saved['id']}"


def content_of(saved: Json, **over: Any) -> Json:
    """What a PUT of a search as it was read has to send."""
    return {name: saved[name] for name in ("name", "query", "shared_with")} | over


@pytest.fixture
async def office(make: Make, client_for: ClientFor) -> Office:
    site, elsewhere = await make.site(), await make.site()

    async def person(at: Site, role: Role) -> Person:
        user = await make.member(at, role=role)
        return Person(user, client_for(user))

    return Office(
        site=site,
        elsewhere=elsewhere,
        viewer=await person(site, Role.VIEWER),
        editor=await person(site, Role.EDITOR),
        admin=await person(site, Role.SITE_ADMIN),
        stranger=await person(elsewhere, Role.SITE_ADMIN),
    )


@pytest.fixture
def owner(office: Office) -> Person:
    """Somebody with searches of their own: the editor."""
    return office.editor

"""Statistics are of the caller's sites alone, and of what those hold now."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.cache import Kind
from app.core.vocabulary import Role
from app.interactions.jobs import fold_counts
from tests.desk import ClientFor, Desk, error_of
from tests.factories import Make, unique
from tests.statistics.conftest import statistics, table

QUERIES: list[dict[str, Any]] = [{}, {"title": "kickoff"}]

kept_and_counted = pytest.mark.parametrize("query", QUERIES, ids=["kept", "counted"])


@kept_and_counted
async def test_another_site_is_not_counted(
    query: dict[str, Any], make: Make, desk: Desk, client_for: ClientFor
) -> None:
    theirs = await make.site()
    stranger = await make.member(theirs)
    await make.interaction(theirs, stranger)
    await desk.create()

    assert await table(desk.client, "site", **query) == [[desk.site.id, 1]]
    assert (await statistics(client_for(await make.user()), **query))["count"] == 0


@kept_and_counted
async def test_sites_are_counted_together_and_apart(
    query: dict[str, Any], make: Make, client_for: ClientFor
) -> None:
    sites = [await make.site() for _ in range(3)]
    user = await make.member(*sites, role=Role.VIEWER)
    for number, site in enumerate(sites, start=1):
        for _ in range(number):
            await make.interaction(site, user)
    client, ids = client_for(user), [site.id for site in sites]

    assert await table(client, "site", **query) == [[ids[0], 1], [ids[1], 2], [ids[2], 3]]
    assert await table(client, "site", site_id=ids[1:], **query) == [[ids[1], 2], [ids[2], 3]]
    narrowed = client_for(user, **{"X-Site-ID": str(ids[2])})
    assert (await statistics(narrowed, **query))["count"] == 3
    error_of(await narrowed.get("/statistics", params={"site_id": ids[0]}), 403)


async def test_a_site_of_others_cannot_be_named(make: Make, desk: Desk) -> None:
    theirs = await make.site()
    for site_id in (theirs.id, 2**31 - 1):
        error_of(await desk.client.get("/statistics", params={"site_id": site_id}), 403)
        header = {"X-Site-ID": str(site_id)}
        error_of(await desk.client.get("/statistics", headers=header), 403)


@kept_and_counted
async def test_every_write_is_seen_by_the_next_read(
    query: dict[str, Any], desk: Desk, engine: AsyncEngine
) -> None:
    async def count() -> object:
        return (await statistics(desk.client, **query))["count"]

    assert [await count(), await count()] == [0, 0]
    row = await desk.create()
    assert [await count(), await count()] == [1, 1]
    await fold_counts({"engine": engine})
    assert await count() == 1
    await desk.create()
    await desk.client.patch(f"/interactions/{row['id']}", json={"type": "CALL"})
    assert await table(desk.client, "type", **query) == [["CALL", 1], ["MEETING", 1]]
    await desk.client.delete(f"/interactions/{row['id']}")
    assert await count() == 1


@kept_and_counted
async def test_what_nothing_was_written_to_is_counted_once(
    query: dict[str, Any], make: Make, desk: Desk, client_for: ClientFor, api: FastAPI
) -> None:
    await desk.create()
    colleague = client_for(await make.member(desk.site, role=Role.VIEWER))
    hits, misses = api.state.cache.hits, api.state.cache.misses
    before = (hits[Kind.STATISTICS], misses[Kind.STATISTICS])

    for client in (desk.client, desk.client, colleague):
        await statistics(client, by="lead", **query)

    after = (hits[Kind.STATISTICS], misses[Kind.STATISTICS])
    assert after == (before[0] + 2, before[1] + 1)


async def test_a_site_has_the_name_that_it_has_now(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    await desk.create()
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    await statistics(desk.client, by="site")

    name = unique("Renamed")
    body = {"name": name, "timezone": "Europe/Paris"}
    assert (await admin.put(f"/sites/{desk.site.id}", json=body)).is_success

    (row,) = (await statistics(desk.client, by="site"))["statistics"]
    assert row["site"] == {"id": desk.site.id, "name": name}

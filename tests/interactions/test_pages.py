"""Pages of lists, and what can be included in them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import ClientFor, Desk
from tests.factories import Make

PATHS = ["/interactions", "/search/interactions", "/sites/{site_id}/interactions"]


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, settings and transactions aside."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


def links(header: str) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_tells_how_many_there_are(path: str, desk: Desk) -> None:
    for _ in range(5):
        await desk.create()

    page = await desk.listed("page=2&page_size=2", path=path.format(site_id=desk.site.id))

    assert len(page.pop("interactions")) == 2
    assert page == {
        "total": 5,
        "total_is_exact": True,
        "page": 2,
        "page_size": 2,
        "total_pages": 3,
        "next_cursor": None,
    }


async def test_a_page_beyond_the_end_is_empty(desk: Desk) -> None:
    await desk.create()

    for number in (2, 10_000, 10**15):
        page = await desk.listed(f"page={number}&page_size=100")
        assert (page["interactions"], page["total"], page["page"]) == ([], 1, number)


async def test_the_links_lead_through_all_pages(desk: Desk) -> None:
    created = {(await desk.create(title="A % & sign"))["id"] for _ in range(5)}
    url, seen = "/api/v1/interactions?title=%25%20%26&page_size=2&sort=title", []

    while url:
        response = await desk.client.get(f"http://test{url}")
        seen += [row["id"] for row in response.json()["interactions"]]
        found = links(response.headers["Link"])
        assert "page=1" in found["first"]
        assert ("prev" in found) == (len(seen) > 2)
        url = found.get("next", "")

    assert len(seen) == 5
    assert set(seen) == created


@pytest.mark.parametrize("path", [*PATHS, "/interactions/{id}"])
async def test_names_are_included_on_request(
    path: str, make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    colleague = await make.member(desk.site)
    await client_for(colleague).patch(f"/interactions/{created['id']}", json={"notes": "A note"})
    url = path.format(site_id=desk.site.id, id=created["id"])

    answer = await desk.listed("include=site,creator,updater", path=url)

    (row,) = answer.get("interactions", [answer])
    author, editor = (
        {"id": user.id, "full_name": user.full_name, "is_active": True}
        for user in (desk.user, colleague)
    )
    assert row["site"] == {"id": desk.site.id, "name": desk.site.name}
    assert (row["creator"], row["updater"]) == (author, editor)


async def test_who_has_left_is_included_as_inactive(make: Make, desk: Desk) -> None:
    gone = await make.member(desk.site, is_active=False, full_name="Was Here")
    await make.interaction(desk.site, gone)

    (row,) = (await desk.listed("include=creator"))["interactions"]

    assert row["creator"] == {"id": gone.id, "full_name": "Was Here", "is_active": False}


async def test_nothing_is_included_unasked(desk: Desk) -> None:
    await desk.create()

    (row,) = (await desk.listed())["interactions"]
    (with_site,) = (await desk.listed("include=site"))["interactions"]

    assert not row.keys() & {"site", "creator", "updater"}
    assert with_site.keys() - row.keys() == {"site"}


async def test_a_page_costs_the_same_statements_however_long_it_is(
    make: Make, desk: Desk, client_for: ClientFor, engine: AsyncEngine
) -> None:
    for _ in range(4):
        await make.interaction(desk.site, await make.member(desk.site))
    query = "include=site,creator,updater"
    await desk.listed(query)  # the caller is read and remembered

    with counted(engine) as for_one:
        await desk.listed(f"{query}&page_size=1")
    with counted(engine) as for_four:
        await desk.listed(f"{query}&page_size=4")

    assert len(for_one) == len(for_four) == 4, for_four  # rows, total, sites, people

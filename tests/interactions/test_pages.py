"""Pages of lists, and what can be included in them."""

import re

import pytest

from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make
from tests.interactions.statements import sent

PATHS = ["/interactions", "/search/interactions", "/sites/{site_id}/interactions"]


def links(header: str) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_tells_how_many_there_are(path: str, desk: Desk) -> None:
    for _ in range(5):
        await desk.create()

    pages = [
        await desk.listed(f"page={number}&page_size=2", path=path.format(site_id=desk.site.id))
        for number in (1, 2, 3)
    ]

    assert [len(page.pop("interactions")) for page in pages] == [2, 2, 1]
    assert [bool(page.pop("next_cursor")) for page in pages] == [True, True, False]
    for number, page in enumerate(pages, start=1):
        expected = {"total": 5, "total_is_exact": True, "page_size": 2, "total_pages": 3}
        assert page == expected | {"page": number}


async def test_a_page_that_is_full_to_the_end_is_the_last(desk: Desk) -> None:
    for _ in range(4):
        await desk.create()

    page = await desk.listed("page=2&page_size=2")

    assert len(page["interactions"]) == 2
    assert page["next_cursor"] is None


async def test_a_page_beyond_the_end_is_empty(desk: Desk) -> None:
    await desk.create()

    for number in (2, 100):
        page = await desk.listed(f"page={number}&page_size=100")
        assert (page["interactions"], page["total"], page["page"]) == ([], 1, number)
        assert page["next_cursor"] is None


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["page=10000&page_size=1", "page=500", "page=100&page_size=100"])
async def test_pages_are_numbered_up_to_row_10000(path: str, query: str, desk: Desk) -> None:
    page = await desk.listed(query, path=path.format(site_id=desk.site.id))

    assert (page["interactions"], page["total"], page["total_pages"]) == ([], 0, 0)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query", ["page=10001&page_size=1", "page=501", "page=101&page_size=100", f"page={10**15}"]
)
async def test_behind_row_10000_a_cursor_is_asked_for(path: str, query: str, desk: Desk) -> None:
    response = await desk.client.get(f"{path.format(site_id=desk.site.id)}?{query}")

    error = error_of(response, 400)
    assert error["code"] == "page_too_deep"
    assert "cursor" in error["message"]
    assert error["details"].keys() == {"cursor"}


@pytest.mark.parametrize("query", ["page=0", "page=-1", f"page={10**15 + 1}", "page=x", "page="])
async def test_a_number_that_is_none_is_no_deep_page(query: str, desk: Desk) -> None:
    response = await desk.client.get(f"/interactions?{query}")

    assert refused_fields(response, 400).keys() == {"page"}


async def test_the_links_lead_through_all_pages(desk: Desk) -> None:
    created = {(await desk.create(title="A % & sign"))["id"] for _ in range(5)}
    url, seen = "/api/v1/interactions?title=%25%20%26&page_size=2&sort=title", []

    while url:
        response = await desk.client.get(f"http://test{url}")
        page = response.json()
        seen += [row["id"] for row in page["interactions"]]
        found = links(response.headers["Link"])
        assert "page=1" in found["first"]
        assert "prev" not in found  # a cursor leads on, not back
        url = found.get("next", "")
        assert url.endswith(f"&cursor={page['next_cursor']}" if page["next_cursor"] else "")

    assert len(seen) == 5
    assert set(seen) == created


async def test_a_numbered_page_links_to_the_one_before(desk: Desk) -> None:
    for _ in range(3):
        await desk.create()

    response = await desk.client.get("/interactions?page=2&page_size=1&type=meeting")

    found = links(response.headers["Link"])
    assert found["first"] == "/api/v1/interactions?page_size=1&type=meeting&page=1"
    assert found["prev"] == "/api/v1/interactions?page_size=1&type=meeting&page=1"
    assert "page=" not in found["next"].replace("page_size=", "")
    assert "cursor=" in found["next"]


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


async def test_a_page_costs_the_same_statements_however_long_it_is(make: Make, desk: Desk) -> None:
    for _ in range(4):
        await make.interaction(desk.site, await make.member(desk.site))
    query = "include=site,creator,updater"

    with sent() as for_one:
        await desk.listed(f"{query}&page_size=1")
    with sent() as for_four:
        await desk.listed(f"{query}&page_size=4")

    assert for_one == for_four
    assert len(for_four) == 4, for_four  # the version of all names, rows and total, sites, people


async def test_a_page_without_names_is_a_single_statement(desk: Desk) -> None:
    await desk.create()

    for query in ("", "type=meeting&count=exact", "page_size=1", "start_date=2026-06-01"):
        with sent() as statements:
            await desk.listed(query)
        assert len(statements) == 1, query

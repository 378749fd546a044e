"""Totals of pages: exact where they are kept, up to 10,000 elsewhere, and never out of date."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions import listing
from app.interactions.counts import fold_deltas
from app.interactions.finding import asking, find
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, Desk, Json, refused_fields
from tests.factories import Make

PATHS = ["/interactions", "/search/interactions", "/sites/{site_id}/interactions"]

KEPT = [
    "",
    "type=CALL",
    "type=call&type=EMAIL",
    "start_date=2026-02-01",
    "end_date=2026-02-28",
    "start_date=2026-02-01&end_date=2026-02-28&type=CALL",
    "overlaps_to=2026-01-31",
    "start_date=2026-02-01T00:00:00Z&end_date=2026-03-31T23:59:59.999999Z",
    "start_date=2026-04-01",
]
COUNTED = [
    "lead=ann",
    "start_date=2026-02-02",
    "end_date=2026-02-27",
    "start_date=2026-02-01&tz=Asia/Tokyo",
    "start_date=2026-01-01&overlaps_from=2026-02-01",
    "start_date=2026-02-01&updated_since=2000-01-01",
    "end_date=2026-02-28&overlaps_to=2026-01-31",
    "q=said",
    "q=-said",
    "timezone=Europe/Paris",
]
STARTS = ["2026-01-31T23:59:59.999999Z", "2026-02-01T00:00:00Z", "2026-02-27T12:00:00Z"]
TYPES = ["CALL", "MEETING", "EMAIL"]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


@pytest.fixture
def low_cap() -> Iterator[int]:
    """As if three rows were as many as 10,000."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "CAP", 3)
        patch.setattr(find, "CAP", 3)
        yield 3


async def fill(desk: Desk) -> list[Json]:
    """An interaction of each type at each of the starts."""
    return [
        await desk.create(type=kind, start_datetime=start, end_datetime="2026-03-01T12:00:00Z")
        for kind in TYPES
        for start in STARTS
    ]


async def fold(engine: AsyncEngine, desk: Desk) -> None:
    scope = SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})
    async with scoped_session(engine, scope) as session:
        await fold_deltas(session, desk.site.id)


async def check(desk: Desk, queries: list[str]) -> None:
    """Whether each total is the number of rows that its pages have."""
    for query in queries:
        page = await desk.listed(f"{query}&page_size=100")
        number = len(page["interactions"])
        assert (page["total"], page["total_is_exact"]) == (number, True), query


async def test_kept_totals_follow_every_write_folded_or_not(
    desk: Desk, engine: AsyncEngine
) -> None:
    rows = await fill(desk)
    await check(desk, KEPT)
    await fold(engine, desk)
    await check(desk, KEPT)

    changes: list[dict[str, Any]] = [
        {"type": "EMAIL"},
        {"start_datetime": STARTS[2]},
        {"type": "MEETING", "start_datetime": STARTS[0]},
        {"notes": "Nothing that is counted"},
    ]
    for number, change in enumerate(changes):
        path = f"/interactions/{rows[number]['id']}"
        assert (await desk.client.patch(path, json=change)).status_code == 200
        await check(desk, KEPT)
    await fold(engine, desk)
    await check(desk, KEPT)

    for row in rows[3:6]:
        await desk.client.delete(f"/interactions/{row['id']}")
    await check(desk, KEPT)
    await fold(engine, desk)
    await check(desk, KEPT)


@pytest.mark.parametrize("folded", [False, True])
async def test_kept_totals_are_exact_at_any_size(
    desk: Desk, engine: AsyncEngine, low_cap: int, *, folded: bool
) -> None:
    await fill(desk)
    if folded:
        await fold(engine, desk)

    page = await desk.listed("page_size=2")
    calls = await desk.listed("type=CALL&type=EMAIL&start_date=2026-02-01&page_size=2")

    assert (page["total"], page["total_is_exact"], page["total_pages"]) == (9, True, 5)
    assert (calls["total"], calls["total_is_exact"], calls["total_pages"]) == (4, True, 2)
    assert calls["total"] > low_cap


@pytest.mark.parametrize("query", ["lead=smith", "q=said", "q=as", "start_date=2026-01-02"])
@pytest.mark.parametrize("path", PATHS)
async def test_beyond_the_cap_a_total_says_that_it_is_none(
    path: str, query: str, desk: Desk, low_cap: int
) -> None:
    await fill(desk)
    path = path.format(site_id=desk.site.id)

    page = await desk.listed(f"{query}&page_size=2", path=path)
    exact = await desk.listed(f"{query}&page_size=2&count=exact", path=path)
    none = await desk.listed(f"{query}&page_size=2&count=none", path=path)

    told = ("total", "total_is_exact", "total_pages")
    assert [page[name] for name in told] == [low_cap, False, None]
    assert [exact[name] for name in told] == [9, True, 5]
    assert [none[name] for name in told] == [None, False, None]
    assert all(one["next_cursor"] for one in (page, exact, none))  # no loop ends early


async def test_exactly_at_the_cap_a_total_is_exact(desk: Desk, low_cap: int) -> None:
    for _ in range(low_cap):
        await desk.create()

    for query in ("lead=smith", "q=said"):
        page = await desk.listed(f"{query}&page_size=2")
        assert (page["total"], page["total_is_exact"], page["total_pages"]) == (low_cap, True, 2)


@pytest.mark.parametrize("query", [*KEPT, *COUNTED])
async def test_a_total_is_the_same_on_every_page(query: str, desk: Desk) -> None:
    await fill(desk)
    whole = await desk.listed(f"{query}&page_size=100")
    number = len(whole["interactions"])
    assert whole["total"] == number

    page = await desk.listed(f"{query}&page_size=2")
    while page["next_cursor"]:
        page = await desk.listed(f"{query}&page_size=2&cursor={page['next_cursor']}")
        assert (page["total"], page["total_is_exact"]) == (number, True)
    beyond = await desk.listed(f"{query}&page_size=2&page=50")
    assert (beyond["interactions"], beyond["total"]) == ([], number)


async def test_a_total_that_was_counted_is_forgotten_at_the_next_write(desk: Desk) -> None:
    rows = await fill(desk)
    queries = ["lead=smith", "q=said", "q=-nothing", "timezone=Europe/Paris&count=exact"]
    for query in queries * 2:
        assert (await desk.listed(f"{query}&page_size=2"))["total"] == 9

    await desk.client.patch(
        f"/interactions/{rows[0]['id']}",
        json={"lead": "Bob", "description": "Nothing", "timezone": "Asia/Tokyo"},
    )
    assert [(await desk.listed(f"{query}&page_size=2"))["total"] for query in queries] == [8] * 4
    await desk.client.delete(f"/interactions/{rows[1]['id']}")
    assert [(await desk.listed(f"{query}&page_size=2"))["total"] for query in queries] == [7] * 4
    await desk.create()
    assert [(await desk.listed(f"{query}&page_size=2"))["total"] for query in queries] == [8] * 4


async def test_a_total_is_of_the_sites_that_are_asked_for(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    other = await make.site()
    await make.interaction(other, await make.member(other))
    member = await make.member(desk.site, other)
    both = Desk(desk.site, member, client_for(member))
    await desk.create()
    await desk.create()

    for query, numbers in (("", (3, 1, 2)), ("lead=smith", (3, 1, 2)), ("q=said", (3, 1, 2))):
        all_, one, two = numbers
        assert (await both.listed(query))["total"] == all_
        assert (await both.listed(f"{query}&site_id={other.id}"))["total"] == one
        assert (await both.listed(f"{query}&site_id={desk.site.id}"))["total"] == two
        assert (await desk.listed(query))["total"] == two


@pytest.mark.parametrize("query", ["", "lead=smith", "q=said", "count=exact"])
async def test_of_no_sites_the_total_is_nothing(
    query: str, make: Make, client_for: ClientFor
) -> None:
    nobody = await make.user()

    response = await client_for(nobody).get(f"/interactions?{query}")

    page = response.json()
    assert response.status_code == 200
    assert (page["interactions"], page["total"], page["total_pages"]) == ([], 0, 0)
    assert (page["total_is_exact"], page["next_cursor"]) == (True, None)


@pytest.mark.parametrize("value", ["all", "", "EXACT", "0", "none&count=exact"])
async def test_another_way_of_counting_is_refused(value: str, desk: Desk) -> None:
    response = await desk.client.get(f"/interactions?count={value}")

    assert refused_fields(response, 400).keys() == {"count"}

"""The trash: whose it is, how it is gone through, and how long it keeps things."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import Role
from app.interactions import listing
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import Client, Make, unique

AT_ONCE = text("UPDATE app.interactions SET deleted_at = '2026-06-01Z' WHERE site_id = :site_id")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


async def trash(client: Client, query: str = "", *, path: str = "/interactions") -> Json:
    """A page of the trash."""
    response = await client.get(f"{path}?deleted=true&{query}")
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def titles(client: Client, query: str = "", *, path: str = "/interactions") -> list[str]:
    """The titles of a page of the trash."""
    return [row["title"] for row in (await trash(client, query, path=path))["interactions"]]


async def throw_away(desk: Desk, *names: str, **over: object) -> None:
    """Put new interactions into the trash, one after the other."""
    for name in names:
        created = await desk.create(title=name, **over)
        await desk.client.delete(f"/interactions/{created['id']}")


async def test_what_was_deleted_is_shown_as_it_was_with_its_dates(
    desk: Desk, settings: Settings
) -> None:
    created = await desk.create(confidential_notes="Between us")
    kept = await desk.create(title="Still in use")
    await desk.client.delete(f"/interactions/{created['id']}")

    page = await trash(desk.client, "include=creator")

    (row,) = page.pop("interactions")
    assert page == {
        "total": 1,
        "total_is_exact": True,
        "page": 1,
        "page_size": 20,
        "total_pages": 1,
        "next_cursor": None,
    }
    deleted_at = datetime.fromisoformat(row.pop("deleted_at"))
    purged_at = datetime.fromisoformat(row.pop("purged_at"))
    assert purged_at - deleted_at == timedelta(days=settings.trash_days)
    assert row.pop("creator")["id"] == desk.user.id
    assert row == created | {"version": 2, "updated_at": row["updated_at"]}
    (in_use,) = (await desk.listed())["interactions"]
    assert in_use == kept


async def test_one_sees_what_one_has_created_and_an_admin_all_of_the_site(
    make: Make, client_for: ClientFor
) -> None:
    ours, theirs = await make.site(), await make.site()
    ann, ben = await make.member(ours, theirs), await make.member(ours, theirs)
    await make.membership(ours, admin := await make.member(theirs), Role.SITE_ADMIN)
    viewer = await make.member(ours, role=Role.VIEWER)
    for site, user, title in (
        (ours, ann, "Ann here"),
        (theirs, ann, "Ann there"),
        (ours, ben, "Ben here"),
        (theirs, ben, "Ben there"),
        (theirs, admin, "Own there"),
        (ours, viewer, "Viewer here"),
    ):
        await make.trashed(site, user, title=title)

    seen = {
        ann: ["Ann here", "Ann there"],
        ben: ["Ben here", "Ben there"],
        admin: ["Ann here", "Ben here", "Own there", "Viewer here"],
        viewer: ["Viewer here"],
        await make.member(ours): [],
        await make.member(await make.site(), role=Role.SITE_ADMIN): [],
        await make.user(): [],
    }
    for user, expected in seen.items():
        page = await trash(client_for(user), "sort=title")
        assert [row["title"] for row in page["interactions"]] == expected
        assert page["total"] == len(expected)
    one_site = f"/sites/{theirs.id}/interactions"
    assert await titles(client_for(ann), path=one_site) == ["Ann there"]
    assert await titles(client_for(ann), f"site_id={ours.id}") == ["Ann here"]
    assert await titles(client_for(admin), path=one_site) == ["Own there"]
    error_of(await client_for(viewer).get(f"{one_site}?deleted=true"), 403)


async def test_the_last_deleted_comes_first_unless_another_order_is_named(desk: Desk) -> None:
    await throw_away(desk, "Second", "Third one", "First")

    assert await titles(desk.client) == ["First", "Third one", "Second"]
    assert await titles(desk.client, "sort=-deleted_at") == ["First", "Third one", "Second"]
    assert await titles(desk.client, "sort=deleted_at") == ["Second", "Third one", "First"]
    assert await titles(desk.client, "sort=title") == ["First", "Second", "Third one"]
    assert await titles(desk.client, "sort=type,-title") == ["Third one", "Second", "First"]


@pytest.mark.parametrize(
    "query", ["sort=deleted_at", "deleted=false&sort=-deleted_at", "deleted=true&sort=deletd_at"]
)
async def test_what_is_in_use_is_not_sorted_by_when_it_was_deleted(query: str, desk: Desk) -> None:
    response = await desk.client.get(f"/interactions?{query}")
    assert "deleted" in refused_fields(response, 400)["sort"]


async def test_the_filters_are_those_of_the_list(desk: Desk) -> None:
    await throw_away(desk, "About pumps", type="CALL", lead="Zoë", external_id="p-1")
    await throw_away(desk, "About valves", description="With the pump supplier: 100%")
    await desk.create(title="Pumps in use")

    for query, expected in {
        "q=pump": ["About valves", "About pumps"],
        "q=pump+-valves": ["About pumps"],
        "q=%25": ["About valves"],
        "q=zoe": ["About pumps"],
        "type=call": ["About pumps"],
        "lead=zoe": ["About pumps"],
        "external_id=p-1": ["About pumps"],
        f"created_by={desk.user.id}": ["About valves", "About pumps"],
        "start_date=2027-01-01": [],
        "q=about&sort=relevance": ["About valves", "About pumps"],
    }.items():
        page = await trash(desk.client, query)
        found = [row["title"] for row in page["interactions"]]
        assert sorted(found) == sorted(expected), query
        assert page["total"] == len(expected), query


@pytest.mark.parametrize("sort", ["", "&sort=deleted_at", "&sort=location,-title", "&sort=-type"])
@pytest.mark.parametrize("query", ["", "&q=thing", "&count=none"])
async def test_a_cursor_leads_through_all_of_it_also_where_it_came_at_once(
    sort: str, query: str, make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    sites = [await make.site() for _ in range(2)]
    user = await make.member(sites[0], role=Role.SITE_ADMIN)
    await make.membership(sites[1], user, Role.EDITOR)
    for number in range(9):
        location = None if number % 3 else "Hall"
        title = f"Thing {number % 4}"
        await make.trashed(sites[number % 2], user, title=title, location=location)
    async with admin_engine.begin() as connection:
        await connection.execute(AT_ONCE, {"site_id": sites[0].id})
    client, asked = client_for(user), f"{sort}{query}"
    whole = await trash(client, f"page_size=100{asked}")

    rows, page = [], await trash(client, f"page_size=2{asked}")
    while cursor := page["next_cursor"]:
        rows += page["interactions"]
        page = await trash(client, f"page_size=2{asked}&cursor={cursor}")
    rows += page["interactions"]

    assert rows == whole["interactions"]
    assert len({row["id"] for row in rows}) == 9
    by_number = await trash(client, f"page_size=2&page=2{asked}")
    assert by_number["interactions"] == rows[2:4]


async def test_a_cursor_of_the_list_is_none_of_the_trash(desk: Desk) -> None:
    await throw_away(desk, "Gone away", "Gone too")
    for number in range(2):
        await desk.create(title=f"Here {number}")
    in_use = (await desk.listed("page_size=1"))["next_cursor"]

    response = await desk.client.get(f"/interactions?deleted=true&cursor={in_use}")

    assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_the_trash_has_a_tag_that_changes_with_it_and_with_how_long_it_keeps_things(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    await throw_away(desk, "Gone away")
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))
    path = "/interactions?deleted=true"

    async def known(etag: str) -> bool:
        response = await desk.client.get(path, headers={"If-None-Match": etag})
        return response.status_code == 304

    etag = (await desk.client.get(path)).headers["ETag"]
    assert await known(etag)
    await throw_away(desk, "Gone too")
    assert not await known(etag)
    etag = (await desk.client.get(path)).headers["ETag"]
    rules = await admin.put(f"/sites/{desk.site.id}/retention", json={"trash_days": 7})
    assert rules.status_code == 200
    assert not await known(etag)
    row = (await trash(desk.client))["interactions"][0]
    kept = datetime.fromisoformat(row["purged_at"]) - datetime.fromisoformat(row["deleted_at"])
    assert kept == timedelta(days=7)


async def test_what_is_held_is_never_purged(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    admin = client_for(await make.member(site, role=Role.SITE_ADMIN))
    row = await make.interaction(site, await make.member(site))
    path = f"/interactions/{row.id}"
    await admin.patch(path, json={"legal_hold": True})
    await admin.delete(path)

    (held,) = (await trash(admin))["interactions"]

    assert (held["legal_hold"], held["purged_at"]) == (True, None)


async def test_confidential_notes_in_the_trash_are_for_the_same_people(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    note = unique("between us")
    created = await desk.create(confidential_notes=note)
    await desk.client.delete(f"/interactions/{created['id']}")
    admin = client_for(await make.member(desk.site, role=Role.SITE_ADMIN))

    for client in (desk.client, admin):
        (row,) = (await trash(client))["interactions"]
        assert row["confidential_notes"] == note
    assert await titles(desk.client, f"q={note}") == []


async def test_the_total_of_one_person_is_not_told_to_another(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    ann, ben = await make.member(site), await make.member(site)
    for number in range(3):
        await make.trashed(site, ann if number else ben)

    totals = [(await trash(client_for(user)))["total"] for user in (ann, ben, ann)]

    assert totals == [2, 1, 2]


async def test_asking_for_too_much_of_it_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await throw_away(desk, "Gone away")
    monkeypatch.setattr(listing, "SECONDS", 0)

    response = await desk.client.get("/interactions?deleted=true&q=gone")

    assert error_of(response, 400)["code"] == "query_too_broad"


async def test_a_search_finds_nothing_of_it_and_does_not_take_the_parameter(desk: Desk) -> None:
    await throw_away(desk, "Gone away")

    assert (await desk.listed("q=gone", path="/search/interactions"))["total"] == 0
    response = await desk.client.get("/search/interactions?deleted=true")
    assert refused_fields(response, 400).keys() == {"deleted"}

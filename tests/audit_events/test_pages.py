"""Paging through the audit, by number and by cursor."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.models import AuditEvent, InteractionChange, Site, SystemEvent, User
from tests.desk import ClientFor, Json, error_of
from tests.factories import Client, Make

NOON = datetime(2026, 6, 12, 12, tzinfo=UTC)
THAT_DAY = "from=2026-06-12&to=2026-06-12"


async def plant(engine: AsyncEngine, site: Site, user: User, *, each: int) -> None:
    """Put events of one and the same instant into all three tables."""
    async with engine.begin() as connection:
        for number in range(each):
            common = {"at": NOON, "actor_id": user.id, "action": "login.succeeded"}
            change = {
                "interaction_id": user.id,
                "version": number + 1,
                "change_type": "UPDATE",
                "changed_by": user.id,
                "changed_at": NOON,
                "changes": {},
            }
            await connection.execute(insert(AuditEvent).values(site_id=site.id, **common))
            await connection.execute(insert(InteractionChange).values(site_id=site.id, **change))
            await connection.execute(insert(SystemEvent).values(**common))


async def page_of(client: Client, query: str, **more: str | int) -> Json:
    """The page that a query string and some more parameters answer with."""
    response = await client.get("/audit-events", params={**dict(parse_qsl(query)), **more})
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def walk(client: Client, query: str, page_size: int) -> list[Json]:
    """All pages, following the cursors."""
    pages = [await page_of(client, query, page_size=page_size)]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(await page_of(client, query, page_size=page_size, cursor=cursor))
    return pages


def ids(pages: list[Json]) -> list[str]:
    return [event["id"] for page in pages for event in page["audit_events"]]


@pytest.mark.parametrize("page_size", [1, 2, 5, 100])
async def test_the_cursors_lead_through_all_events_of_one_instant(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine, page_size: int
) -> None:
    site, actor, admin = await make.site(), await make.user(), await make.admin()
    await plant(admin_engine, site, actor, each=4)

    pages = await walk(client_for(admin), f"{THAT_DAY}&user_id={actor.id}", page_size)

    found = ids(pages)
    assert len(found) == len(set(found)) == 12
    assert [one[0] for one in found] == ["s"] * 4 + ["h"] * 4 + ["a"] * 4
    for letter in "sha":
        numbers = [int(one[1:]) for one in found if one[0] == letter]
        assert numbers == sorted(numbers, reverse=True)
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert {page["total"] for page in pages} == {12}


async def test_page_numbers_and_cursors_lead_through_the_same_events(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site, actor, admin = await make.site(), await make.user(), await make.admin()
    await plant(admin_engine, site, actor, each=3)
    client, query = client_for(admin), f"{THAT_DAY}&user_id={actor.id}"

    by_number = [await page_of(client, query, page_size=2, page=number) for number in range(1, 7)]

    assert ids(by_number) == ids(await walk(client, query, 2))
    assert by_number[-1]["audit_events"] == []
    assert [page["total_pages"] for page in by_number] == [5] * 6


async def test_what_happens_in_the_meantime_moves_no_page(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    for _ in range(5):
        await client.get("/audit-events")  # each is an event

    first = await page_of(client, "action=audit.read", page_size=2)
    newest = int(first["audit_events"][0]["id"][1:])
    second = await page_of(client, "action=audit.read", page_size=2, cursor=first["next_cursor"])

    assert int(first["audit_events"][1]["id"][1:]) > int(second["audit_events"][0]["id"][1:])
    assert all(int(event["id"][1:]) < newest for event in second["audit_events"])


async def test_a_cursor_is_good_for_its_own_filters_and_caller(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    admin, other = [await make.member(site, role=Role.SITE_ADMIN) for _ in range(2)]
    client = client_for(admin)
    for _ in range(2):
        await client.get("/audit-events")
    cursor = (await page_of(client, "page_size=1"))["next_cursor"]

    for caller, query in (
        (client, "action=audit.read"),
        (client, f"site_id={site.id}"),
        (client, "to=2100-01-01"),
        (client_for(other), "page_size=1"),
        (client_for(admin, **{"X-Site-ID": str(site.id)}), "page_size=1"),
    ):
        response = await caller.get(f"/audit-events?{query}&cursor={cursor}")
        assert error_of(response, 400)["code"] == "invalid_cursor"
    for nonsense in ("x", cursor[:-4], cursor.swapcase(), "A" * 100):
        response = await client.get(f"/audit-events?page_size=1&cursor={nonsense}")
        assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_a_cursor_goes_no_further_than_its_caller_may_see_by_then(
    make: Make, client_for: ClientFor
) -> None:
    kept, lost = await make.site(), await make.site()
    admin = await make.member(kept, lost, role=Role.SITE_ADMIN)
    await make.membership(lost, await make.user(), Role.SITE_ADMIN)
    client = client_for(admin)
    for _ in range(2):
        await client.get("/audit-events")
    cursor = (await page_of(client, "page_size=1"))["next_cursor"]
    boss = client_for(await make.admin())
    assert (await boss.delete(f"/sites/{lost.id}/members/{admin.id}")).status_code == 204

    page = await page_of(client, "page_size=100", cursor=cursor)

    assert {event["site_id"] for event in page["audit_events"]} == {kept.id}


async def test_pages_are_numbered_up_to_a_limit(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.member(await make.site(), role=Role.SITE_ADMIN))

    assert (await page_of(client, "page=100", page_size=100))["audit_events"] == []
    error = error_of(await client.get("/audit-events?page=101&page_size=100"), 400)
    assert error["code"] == "page_too_deep"
    assert "cursor" in error["message"]
    both = await client.get("/audit-events?page=2&cursor=x")
    assert "page" in error_of(both, 400)["details"]


async def test_the_total_is_counted_to_a_limit(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    client = client_for(await make.member(site, role=Role.SITE_ADMIN))
    many = text(
        "INSERT INTO app.audit_events (site_id, action, at)"
        " SELECT :site_id, 'member.added', now() - i * interval '1 s' FROM generate_series(1, :n) i"
    )
    for rows, total, is_exact, pages in ((10_000, 10_000, True, 500), (1, 10_000, False, None)):
        async with admin_engine.begin() as connection:
            await connection.execute(many, {"site_id": site.id, "n": rows})
        page = await page_of(client, "action=member.added")
        assert (page["total"], page["total_is_exact"], page["total_pages"]) == (
            total,
            is_exact,
            pages,
        )
        assert page["next_cursor"]


async def test_the_next_page_is_linked_by_its_cursor(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.member(await make.site(), role=Role.SITE_ADMIN))
    for _ in range(4):
        await client.get("/audit-events")
    query = "action=audit.read&page_size=2"

    first = await client.get(f"/audit-events?{query}")
    assert first.links["first"]["url"] == f"/api/v1/audit-events?{query}&page=1"
    assert "prev" not in first.links
    second = await client.get(f"http://test{first.links['next']['url']}")
    assert second.status_code == 200
    assert "prev" not in second.links
    numbered = await client.get(f"/audit-events?{query}&page=2")
    assert numbered.links["prev"]["url"] == f"/api/v1/audit-events?{query}&page=1"
    following = await client.get(f"http://test{numbered.links['next']['url']}")
    assert following.json()["page"] == 3

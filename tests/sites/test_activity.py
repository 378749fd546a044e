"""The activity of a site: one stream of its changes, for those who work there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions import listing
from app.models import Site
from tests.desk import ClientFor, Json, error_of, refused_fields
from tests.factories import Client, Make, body

AT_ONCE = text("""
    UPDATE app.interaction_changes SET changed_at = '2026-06-01Z' WHERE site_id = :site_id
""")
LET_PASS = text("""
    UPDATE app.interactions SET deleted_at = now() - interval '99 days' WHERE id = :id
""")
PURGE = text("SELECT * FROM app.purge_interactions(:site_id, NULL, now(), 10)")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough, however busy the machine is."""
    monkeypatch.setattr(listing, "SECONDS", 60)


async def activity(client: Client, site: Site, query: str = "") -> Json:
    """A page of what was changed at a site."""
    response = await client.get(f"/sites/{site.id}/activity?{query}")
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def titles(client: Client, site: Site, query: str = "") -> list[str | None]:
    """The titles of a page, the newest first."""
    return [entry["title"] for entry in (await activity(client, site, query))["activity"]]


async def create(client: Client, site: Site, title: str) -> int:
    """An interaction; answers its id."""
    response = await client.post("/interactions", json=body(title=title, site_id=site.id))
    assert response.status_code == 201, response.text
    created: int = response.json()["id"]
    return created


async def test_an_entry_tells_who_changed_which_fields_of_what(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    user = await make.member(site)
    client = client_for(user)
    viewer = client_for(await make.member(site, role=Role.VIEWER))
    interaction_id = await create(client, site, "Kickoff")
    changed = {"title": "Kickoff, again", "notes": "Noted"}
    answer = (await client.patch(f"/interactions/{interaction_id}", json=changed)).json()

    page = await activity(viewer, site)

    newest, first = page.pop("activity")
    assert page == {"page_size": 20, "next_cursor": None}
    assert newest.pop("id") > first["id"]
    assert newest == {
        "interaction_id": interaction_id,
        "title": "Kickoff, again",
        "version": 2,
        "change_type": "UPDATE",
        "changed_by": {"id": user.id, "full_name": user.full_name},
        "changed_at": answer["updated_at"],
        "fields": ["notes", "title"],
        "api_key_id": None,
        "operation": None,
    }
    assert (first["title"], first["change_type"], first["version"]) == ("Kickoff", "CREATE", 1)


async def test_it_is_of_one_site_and_for_its_members(make: Make, client_for: ClientFor) -> None:
    ours, theirs = await make.site(), await make.site()
    both, stranger = await make.member(ours, theirs), await make.member(theirs)
    for site, title in ((ours, "Our own"), (theirs, "Of theirs")):
        await make.interaction(site, both, title=title)

    assert await titles(client_for(both), ours) == ["Our own"]
    assert await titles(client_for(both), theirs) == ["Of theirs"]
    error_of(await client_for(stranger).get(f"/sites/{ours.id}/activity"), 403)
    error_of(await client_for(await make.admin()).get(f"/sites/{2**31 - 1}/activity"), 404)


async def test_the_title_of_what_is_gone_is_for_those_who_may_read_its_history(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    creator, admin = await make.member(site), await make.member(site, role=Role.SITE_ADMIN)
    others = [await make.member(site, role=role) for role in (Role.EDITOR, Role.VIEWER)]
    client = client_for(creator)
    interaction_id = await create(client, site, "Thrown away")
    await client.delete(f"/interactions/{interaction_id}")

    for user in (creator, admin, await make.admin()):
        assert await titles(client_for(user), site) == ["Thrown away", "Thrown away"]
    for user in others:
        page = await activity(client_for(user), site)
        assert [entry["title"] for entry in page["activity"]] == [None, None]
        assert [entry["change_type"] for entry in page["activity"]] == ["DELETE", "CREATE"]
        assert "Thrown" not in str(page)
    async with admin_engine.begin() as connection:
        await connection.execute(LET_PASS, {"id": interaction_id})
        await connection.execute(text(f"SET LOCAL app.site_ids = '{{{site.id}}}'"))
        await connection.execute(PURGE, {"site_id": site.id})
    assert await titles(client_for(admin), site) == ["Thrown away", "Thrown away"]
    assert await titles(client, site) == [None, None]


async def test_what_was_restored_has_its_title_again_for_all(
    make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    client = client_for(await make.member(site))
    viewer = client_for(await make.member(site, role=Role.VIEWER))
    path = f"/interactions/{await create(client, site, 'There again')}"
    await client.delete(path)
    assert (await client.post(f"{path}/restore")).status_code == 200

    page = await activity(viewer, site)

    kinds = [entry["change_type"] for entry in page["activity"]]
    assert kinds == ["RESTORE", "DELETE", "CREATE"]
    assert [entry["title"] for entry in page["activity"]] == ["There again"] * 3


async def test_the_filters_have_to_hold_all(make: Make, client_for: ClientFor) -> None:
    site = await make.site()
    ann, ben = await make.member(site), await make.member(site)
    path = f"/interactions/{await create(client_for(ann), site, 'By Ann')}"
    await client_for(ben).patch(path, json={"title": "By Ben"})
    await client_for(ann).delete(path)
    client = client_for(ann)
    moments = [entry["changed_at"] for entry in (await activity(client, site))["activity"]]
    tomorrow = datetime.now(UTC).replace(year=2100).date()

    async def kinds(query: str) -> list[str]:
        page = await activity(client, site, query)
        return [entry["change_type"] for entry in page["activity"]]

    assert await kinds(f"changed_by={ann.id}") == ["DELETE", "CREATE"]
    assert await kinds(f"changed_by={ben.id}") == ["UPDATE"]
    assert await kinds("change_type=DELETE&change_type=UPDATE") == ["DELETE", "UPDATE"]
    assert await kinds(f"changed_by={ben.id}&change_type=DELETE") == []
    assert await kinds(f"since={moments[1]}") == ["DELETE", "UPDATE"]
    assert await kinds(f"until={moments[1]}") == ["UPDATE", "CREATE"]
    assert await kinds(f"since={moments[1]}&until={moments[1]}") == ["UPDATE"]
    assert await kinds("since=2020-01-01&until=2020-12-31") == []
    assert await kinds(f"until={tomorrow}&since=1900-01-01") == ["DELETE", "UPDATE", "CREATE"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-02-01&until=2026-01-01", "until"),
        ("since=yesterday", "since"),
        ("change_type=REMOVE", "change_type"),
        ("changed_by=0", "changed_by"),
        ("page_size=101", "page_size"),
        ("page=2", "page"),
        ("count=exact", "count"),
        ("change_typ=DELETE", "change_typ"),
    ],
)
async def test_what_it_does_not_understand_is_refused_by_name(
    query: str, field: str, make: Make, client_for: ClientFor
) -> None:
    site = await make.site()
    client = client_for(await make.member(site))
    response = await client.get(f"/sites/{site.id}/activity?{query}")
    assert refused_fields(response, 400).keys() == {field}


async def test_a_cursor_leads_through_all_of_it_also_where_it_came_at_once(
    make: Make, client_for: ClientFor, admin_engine: AsyncEngine
) -> None:
    site = await make.site()
    user = await make.member(site)
    client = client_for(user)
    for number in range(7):
        await make.interaction(site, user, title=f"Title {number}")
    async with admin_engine.begin() as connection:
        await connection.execute(AT_ONCE, {"site_id": site.id})
    await make.interaction(site, user, title="The newest")
    whole = (await activity(client, site))["activity"]

    rows, query = [], "page_size=3"
    while True:
        response = await client.get(f"/sites/{site.id}/activity?{query}")
        page = response.json()
        rows += page["activity"]
        if page["next_cursor"] is None:
            assert "Link" not in response.headers
            break
        query = f"page_size=3&cursor={page['next_cursor']}"
        assert response.headers["Link"].startswith(f"</api/v1/sites/{site.id}/activity?")
        assert response.headers["Link"].endswith('>; rel="next"')

    assert rows == whole
    assert len({row["id"] for row in rows}) == 8


async def test_a_cursor_is_good_for_one_site_and_one_question(
    make: Make, client_for: ClientFor
) -> None:
    ours, other = await make.site(), await make.site()
    user = await make.member(ours, other)
    for site in (ours, ours, other):
        await make.interaction(site, user)
    client = client_for(user)
    cursor = (await activity(client, ours, "page_size=1"))["next_cursor"]

    assert len((await activity(client, ours, f"cursor={cursor}"))["activity"]) == 1
    for address in (
        f"/sites/{other.id}/activity?cursor={cursor}",
        f"/sites/{ours.id}/activity?change_type=CREATE&cursor={cursor}",
        f"/sites/{ours.id}/activity?cursor={cursor[:-4]}AAAA",
    ):
        assert error_of(await client.get(address), 400)["code"] == "invalid_cursor"


async def test_what_would_take_too_long_is_refused(
    make: Make, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await make.site()
    client = client_for(await make.member(site))
    monkeypatch.setattr(listing, "SECONDS", 1e-9)

    response = await client.get(f"/sites/{site.id}/activity")

    assert error_of(response, 400)["code"] == "query_too_broad"

"""Running a saved search: over the reader's own sites, at the moment of asking."""

from datetime import UTC, datetime, timedelta

from fastapi import FastAPI

from app.core.vocabulary import Role
from tests.desk import ClientFor, Json, error_of, refused_fields
from tests.factories import Make
from tests.saved_searches.conftest import Office, Person, content_of, path_of


async def results(person: Person, saved: Json, query: str = "") -> Json:
    """A page of what a search finds for somebody."""
    response = await person.client.get(f"{path_of(saved)}/results?{query}")
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def found(person: Person, saved: Json, query: str = "") -> list[int]:
    """The ids of what a search finds for somebody."""
    return [row["id"] for row in (await results(person, saved, query))["interactions"]]


async def test_a_search_finds_what_it_asks_for_in_its_order(make: Make, office: Office) -> None:
    one, two, _ = [
        await make.interaction(office.site, office.editor.user, title=title, type=kind)
        for title, kind in (("Alpha call", "CALL"), ("Beta call", "CALL"), ("Gamma", "EMAIL"))
    ]
    where = {"field": "type", "op": "in", "value": ["CALL"]}
    saved = await office.editor.save(query={"q": "call", "where": where, "sort": ["-title"]})

    page = await results(office.editor, saved, "include=site&count=exact")

    assert [row["id"] for row in page["interactions"]] == [two.id, one.id]
    assert page["interactions"][0]["site"] == {"id": office.site.id, "name": office.site.name}
    assert (page["total"], page["page"], page["total_pages"]) == (2, 1, 1)


async def test_results_come_a_page_at_a_time(make: Make, office: Office) -> None:
    rows = [await make.interaction(office.site, office.editor.user) for _ in range(5)]
    saved = await office.editor.save(query={"sort": ["created_at"]})
    expected = [row.id for row in rows]

    first = await results(office.editor, saved, "page_size=2")
    behind = f"page_size=2&cursor={first['next_cursor']}"

    assert [row["id"] for row in first["interactions"]] == expected[:2]
    assert await found(office.editor, saved, behind) == expected[2:4]
    assert await found(office.editor, saved, "page_size=2&page=3") == expected[4:]


async def test_a_cursor_is_for_the_search_as_it_was(make: Make, office: Office) -> None:
    for _ in range(3):
        await make.interaction(office.site, office.editor.user)
    saved = await office.editor.save(query={})
    cursor = (await results(office.editor, saved, "page_size=1"))["next_cursor"]
    changed = content_of(saved, query={"q": "kickoff"})
    await office.editor.client.put(path_of(saved), json=changed)

    response = await office.editor.client.get(
        f"{path_of(saved)}/results?page_size=1&cursor={cursor}"
    )

    assert error_of(response, 400)["code"] == "invalid_cursor"


async def test_each_reader_finds_what_their_own_sites_hold(
    make: Make, office: Office, client_for: ClientFor
) -> None:
    here, there = [
        await make.interaction(site, office.editor.user) for site in (office.site, office.elsewhere)
    ]
    user = await make.member(office.site, office.elsewhere)
    both = Person(user, client_for(user))
    of_both = {"field": "site_id", "op": "in", "value": [office.site.id, office.elsewhere.id]}
    not_here = {"not": {"field": "site_id", "op": "eq", "value": office.site.id}}
    either = {"or": [of_both, not_here]}

    for where, expected in ((of_both, {here.id, there.id}), (either, {here.id, there.id})):
        saved = await both.save(query={"where": where}, shared_with=office.site.id)
        assert set(await found(both, saved)) == expected
        assert await found(office.viewer, saved) == [here.id]
        error_of(await office.stranger.client.get(f"{path_of(saved)}/results"), 404)
    saved = await both.save(query={"where": not_here}, shared_with=office.site.id)
    assert await found(both, saved) == [there.id]
    assert await found(office.viewer, saved) == []
    one = await both.client.get(
        f"{path_of(saved)}/results", headers={"X-Site-ID": str(office.site.id)}
    )
    assert one.json()["interactions"] == []


async def test_who_loses_a_site_finds_nothing_of_it_by_their_own_search(
    api: FastAPI, make: Make, office: Office
) -> None:
    await make.interaction(office.elsewhere, office.stranger.user)
    where = {"field": "site_id", "op": "eq", "value": office.elsewhere.id}
    saved = await office.stranger.save(query={"where": where})
    assert len(await found(office.stranger, saved)) == 1

    user_id = office.stranger.user.id
    admin = await make.admin()
    await make.membership(office.elsewhere, admin, Role.SITE_ADMIN)
    headers = {"Authorization": f"Bearer {make.token(api, admin)}"}
    path = f"/sites/{office.elsewhere.id}/members/{user_id}"
    assert (await office.viewer.client.delete(path, headers=headers)).status_code == 204

    assert await found(office.stranger, saved) == []


async def test_relative_dates_are_counted_from_the_moment_of_asking(
    make: Make, office: Office
) -> None:
    now = datetime.now(UTC)
    starts = {
        "past": now - timedelta(days=2),
        "long past": now - timedelta(days=8),
        "coming": now + timedelta(days=2),
    }
    rows = {
        name: await make.interaction(
            office.site,
            office.editor.user,
            start_datetime=start,
            end_datetime=start + timedelta(hours=1),
        )
        for name, start in starts.items()
    }
    for value, expected in (({"last": "P7D"}, "past"), ({"next": "P7D"}, "coming")):
        where = {"field": "start_datetime", "op": "between", "value": value}
        saved = await office.editor.save(query={"where": where})
        assert saved["query"]["where"]["value"] == value
        assert await found(office.editor, saved) == [rows[expected].id]


async def test_the_query_as_it_is_stored_now_is_what_runs(make: Make, office: Office) -> None:
    row = await make.interaction(office.site, office.editor.user, title="Something else")
    saved = await office.editor.save(query={"q": "kickoff"}, shared_with=office.site.id)
    assert await found(office.viewer, saved) == []

    changed = content_of(saved, query={"q": "else"})
    assert (await office.editor.client.put(path_of(saved), json=changed)).status_code == 200

    assert await found(office.viewer, saved) == [row.id]


async def test_what_can_be_asked_is_which_page_and_nothing_else(owner: Person) -> None:
    saved = await owner.save()
    for query, name in (
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("count=all", "count"),
        ("include=everything", "include"),
        ("q=else", "q"),
        ("sort=title", "sort"),
    ):
        response = await owner.client.get(f"{path_of(saved)}/results?{query}")
        assert refused_fields(response, 400).keys() == {name}
    unknown = await owner.client.get(f"/saved-searches/{2**63 - 1}/results?page=0")
    assert refused_fields(unknown, 400).keys() == {"page"}
    error_of(await owner.client.get(f"/saved-searches/{2**63 - 1}/results"), 404)

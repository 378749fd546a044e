"""Suggestions: values that the caller's sites have, by how they begin, the most used first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app.core.cache import Kind
from app.core.vocabulary import Role
from app.interactions import suggesting
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import START, Client, Make, unique

PATH = "/search/suggestions"


async def suggested(
    client: Client, field: str, prefix: str = "", **query: Any
) -> list[tuple[str, int]]:
    """The values with their numbers, in the order of the answer."""
    params: dict[str, Any] = {"field": field, "prefix": prefix} | query
    response = await client.get(PATH, params=params)
    assert response.status_code == 200, response.text
    assert response.json().keys() == {"suggestions"}
    return [(one["value"], one["count"]) for one in response.json()["suggestions"]]


@pytest.fixture
def newest_two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if two rows were all that is looked at where no index is of use."""
    monkeypatch.setattr(suggesting, "NEWEST", 2)
    suggesting._of_newest.cache_clear()
    yield
    suggesting._of_newest.cache_clear()


@pytest.mark.parametrize("prefix", ["", "j", "ja", "jane", "jane d"])
async def test_the_most_used_come_first_then_by_name(prefix: str, desk: Desk) -> None:
    for lead in ["Jane Doe", "Jane Dax", "Jane Dux", "Jane Dax"]:
        await desk.create(lead=lead)

    expected = [("Jane Dax", 2), ("Jane Doe", 1), ("Jane Dux", 1)]
    assert await suggested(desk.client, "lead", prefix) == expected


@pytest.mark.parametrize("field", ["title", "lead", "location"])
@pytest.mark.parametrize("prefix", ["st", "stra", "STRASSE", "Straße ", "strasse 1"])
async def test_a_value_is_found_by_how_it_begins_and_by_nothing_else(
    field: str, prefix: str, desk: Desk
) -> None:
    others = {"title": "Something else", "lead": "Straw", "location": "Near Straße 12"}
    await desk.create(**others | {field: "Straße 12"})
    await desk.create(**others | {field: "Hauptstraße 12", "description": "Straße 12"})
    await desk.create(**others | {field: "Another Straße 12", "notes": "Straße 12"})

    found = await suggested(desk.client, field, prefix)

    assert ("Straße 12", 1) in found
    assert {value for value, _ in found} <= {"Straße 12", "Straw"}


@pytest.mark.parametrize("prefix", ["", "loic"])
async def test_what_differs_in_case_and_accents_alone_is_one_value(prefix: str, desk: Desk) -> None:
    for lead in ["loïc", "Loïc", "LOIC", "Loïc", "Loica"]:
        await desk.create(lead=lead)

    assert await suggested(desk.client, "lead", prefix) == [("Loïc", 4), ("Loica", 1)]


@pytest.mark.parametrize("prefix", ["", "room"])
async def test_there_are_ten_at_most(prefix: str, desk: Desk) -> None:
    for number in range(12):
        await desk.create(location=f"Room {number:02}")

    found = await suggested(desk.client, "location", prefix)

    assert found == [(f"Room {number:02}", 1) for number in range(10)]


async def test_no_location_is_no_value(desk: Desk) -> None:
    await desk.create(location=None)

    assert await suggested(desk.client, "location") == []


@pytest.mark.parametrize(
    "prefix",
    ["%", "_", "\\", "a%b", "a_b", "'", '"', "%%%", "\\%", "100%", "a\\", "$1", ";--", "½"],
)
@pytest.mark.parametrize("ending", ["", "abc"])
async def test_every_character_stands_for_itself(prefix: str, ending: str, desk: Desk) -> None:
    for lead in (f"{prefix}{ending}", f"x{prefix}{ending}", "aXbabc", "abc", "1000abc"):
        await desk.create(lead=lead)

    found = await suggested(desk.client, "lead", f"{prefix}{ending}")

    assert found == [(f"{prefix}{ending}", 1)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("field=lead&prefix=%00", "prefix"),
        ("field=lead&prefix=a%1Fb", "prefix"),
        (f"field=lead&prefix={'a' * 101}", "prefix"),
        ("field=lead&prefix=a&prefix=b", "prefix"),
        ("field=description&prefix=a", "field"),
        ("prefix=a", "field"),
        ("field=lead&prefx=a", "prefx"),
    ],
)
async def test_what_cannot_be_read_is_refused(query: str, field: str, desk: Desk) -> None:
    response = await desk.client.get(f"{PATH}?{query}")

    assert refused_fields(response, 400).keys() == {field}


async def test_the_longest_prefix_is_looked_for(desk: Desk) -> None:
    title = "é" * 100
    await desk.create(title=title)

    assert await suggested(desk.client, "title", title) == [(title, 1)]


@pytest.mark.parametrize("prefix", ["", "le", "lea", "lead of"])
@pytest.mark.parametrize("sites", [1, 3, 9])
@pytest.mark.parametrize("many", [1, 1_000])
async def test_values_of_other_sites_are_no_suggestions(
    prefix: str,
    sites: int,
    many: int,
    make: Make,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggesting, "MANY", many)  # so both views are asked
    ours = [await make.site() for _ in range(sites)]
    theirs = await make.site()
    user = await make.member(*ours, role=Role.VIEWER)
    stranger = await make.member(theirs)
    for site in ours:
        await make.interaction(site, user, lead="Lead of ours")
    for lead in ("Lead of ours", "Lead of theirs"):
        await make.interaction(theirs, stranger, lead=lead)
    client, foreigner = client_for(user), client_for(stranger)

    assert await suggested(client, "lead", prefix) == [("Lead of ours", sites)]
    narrowed = await suggested(client, "lead", prefix, site_id=ours[-1].id)
    assert narrowed == [("Lead of ours", 1)]
    assert await suggested(foreigner, "lead", prefix) == [
        ("Lead of ours", 1),
        ("Lead of theirs", 1),
    ]
    assert await suggested(client_for(await make.user()), "lead", prefix) == []
    error_of(await client.get(PATH, params={"field": "lead", "site_id": theirs.id}), 403)


@pytest.mark.parametrize("prefix", ["", "lead"])
async def test_a_site_that_is_not_active_suggests_nothing_but_to_system_administrators(
    prefix: str, make: Make, desk: Desk, client_for: ClientFor
) -> None:
    await desk.create(lead="Lead")
    admin = client_for(await make.admin())
    assert (await admin.delete(f"/sites/{desk.site.id}?force=true")).is_success

    member = client_for(desk.user)
    assert await suggested(member, "lead", prefix) == []
    assert await suggested(admin, "lead", prefix, site_id=desk.site.id) == [("Lead", 1)]


@pytest.mark.parametrize("prefix", ["", "ann"])
async def test_every_write_is_seen_by_the_next_read(prefix: str, desk: Desk) -> None:
    async def found() -> list[tuple[str, int]]:
        return await suggested(desk.client, "lead", prefix)

    assert [await found(), await found()] == [[], []]
    row = await desk.create(lead="Ann")
    assert await found() == [("Ann", 1)]
    await desk.client.patch(f"/interactions/{row['id']}", json={"lead": "Anna"})
    assert await found() == [("Anna", 1)]
    await desk.client.delete(f"/interactions/{row['id']}")
    assert await found() == []


async def test_what_nothing_was_written_to_is_looked_up_once(
    make: Make, desk: Desk, client_for: ClientFor, api: FastAPI
) -> None:
    lead = unique("Lead")
    await desk.create(lead=lead)
    colleague = client_for(await make.member(desk.site, role=Role.VIEWER))
    hits, misses = api.state.cache.hits, api.state.cache.misses
    before = (hits[Kind.SUGGESTIONS], misses[Kind.SUGGESTIONS])

    for client, prefix in ((desk.client, lead), (desk.client, lead.upper()), (colleague, lead)):
        assert await suggested(client, "lead", prefix) == [(lead, 1)]

    after = (hits[Kind.SUGGESTIONS], misses[Kind.SUGGESTIONS])
    assert after == (before[0] + 2, before[1] + 1)


async def make_three(desk: Desk, make: Make) -> None:
    """Three leads, of which the two that are spelt alike are the newest."""
    for number, lead in enumerate(["Oldest Lead", "New Lead", "New Lead"]):
        start = START + timedelta(days=number)
        end = start + timedelta(hours=1)
        await make.interaction(
            desk.site, desk.user, lead=lead, start_datetime=start, end_datetime=end
        )


@pytest.mark.usefixtures("newest_two")
async def test_short_beginnings_are_looked_for_among_the_newest(desk: Desk, make: Make) -> None:
    await make_three(desk, make)

    assert await suggested(desk.client, "lead") == [("New Lead", 2)]
    assert await suggested(desk.client, "lead", "ol") == []
    assert await suggested(desk.client, "lead", "old") == [("Oldest Lead", 1)]


@pytest.mark.usefixtures("newest_two")
async def test_what_takes_too_long_is_looked_for_among_the_newest(
    desk: Desk, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_three(desk, make)
    monkeypatch.setattr(suggesting, "SECONDS_FOR_ALL", 1e-6)

    assert await suggested(desk.client, "lead", "new") == [("New Lead", 2)]
    assert await suggested(desk.client, "lead", "old") == []


async def test_when_even_that_takes_too_long_it_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "SECONDS_FOR_NEWEST", 1e-6)

    response = await desk.client.get(PATH, params={"field": "lead"})

    assert error_of(response, 400)["code"] == "query_too_broad"

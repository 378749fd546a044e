"""Filters of lists and searches."""

from urllib.parse import quote

import pytest

from tests.desk import ClientFor, Desk, refused_fields
from tests.factories import Make


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=CALL", {"Call one"}),
        ("type=call&type=Site_Visit", {"Call one", "Visit one"}),
        ("lead=JOSE", {"Call one"}),
        ("lead=%20jos%C3%A9%20", {"Call one"}),
        ("lead=jose%CC%81", {"Call one"}),
        ("location=zurich", {"Visit one"}),
        ("title=ONE", {"Call one", "Visit one"}),
        ("description=naive", {"Call one"}),
        ("notes=secret", {"Visit one"}),
        ("timezone=Asia/Tokyo", {"Visit one"}),
        ("external_id=X-1", {"Call one"}),
        ("external_id=x-1", set()),
        ("external_id=%20X-1", {"Call one"}),
        ("type=CALL&lead=jose&title=call&description=na%C3%AFve", {"Call one"}),
        ("type=CALL&location=zurich", set()),
        ("title=", {"Call one", "Visit one"}),
        ("lead=%20&notes=%09", {"Call one", "Visit one"}),
    ],
)
async def test_a_filter_finds(query: str, expected: set[str], desk: Desk) -> None:
    await desk.create(
        title="Call one",
        type="CALL",
        lead="José Núñez",
        description="A naïve plan",
        external_id="X-1",
    )
    await desk.create(
        title="Visit one",
        type="SITE_VISIT",
        location="Zürich",
        notes="A SECRET",
        timezone="Asia/Tokyo",
    )

    assert set(await desk.titles(query)) == expected
    assert (await desk.listed(query))["total"] == len(expected)


@pytest.mark.parametrize("field", ["title", "lead", "location", "description", "notes", "q"])
@pytest.mark.parametrize("special", ["%", "_", "\\", "'", "''", "\\%", "%_", "$1", ":x", "*", "("])
async def test_every_character_of_a_filter_is_ordinary(
    field: str, special: str, desk: Desk
) -> None:
    column = "notes" if field == "q" else field
    plain = dict.fromkeys(("title", "lead", "location", "description", "notes"), "xxxxx")
    await desk.create(**plain)
    found = await desk.create(**plain | {column: f"aaa{special}bbb", "external_id": "found"})

    page = await desk.listed(f"{field}={quote(special)}")

    assert [row["id"] for row in page["interactions"]] == [found["id"]]


async def test_the_creator_can_be_asked_for(make: Make, desk: Desk, client_for: ClientFor) -> None:
    colleague = await make.member(desk.site)
    mine = await desk.create()
    await make.interaction(desk.site, colleague)

    page = await desk.listed(f"created_by={desk.user.id}")

    assert [row["id"] for row in page["interactions"]] == [mine["id"]]
    assert (await desk.listed(f"created_by={2**31 - 1}"))["total"] == 0


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("created_by=0", {"created_by"}),
        (f"created_by={2**31}", {"created_by"}),
        ("created_by=me", {"created_by"}),
        ("type=PARTY", {"type"}),
        ("type=", {"type"}),
        ("timezone=Mars/Base", {"timezone"}),
        ("tz=Mars/Base", {"tz"}),
        ("site_id=0", {"site_id"}),
        (f"site_id={2**31}", {"site_id"}),
        (f"site_id={2**63}", {"site_id"}),
        ("page=0", {"page"}),
        ("page=-1", {"page"}),
        (f"page={2**63}", {"page"}),
        ("page=1.5", {"page"}),
        ("page_size=0", {"page_size"}),
        ("page_size=101", {"page_size"}),
        ("sort=colour", {"sort"}),
        ("sort=", {"sort"}),
        ("sort=title,", {"sort"}),
        ("sort=title,-title", {"sort"}),
        ("sort=--title", {"sort"}),
        ("include=everything", {"include"}),
        ("start_date=yesterday", {"start_date"}),
        ("start_date=2026-02-30", {"start_date"}),
        ("start_date=0000-01-01", {"start_date"}),
        ("end_date=9999-12-31", {"end_date"}),
        ("updated_since=0001-01-01T00:00:00%2B14:00", {"updated_since"}),
        ("start_date=2026-06-12&end_date=2026-06-11", {"end_date"}),
        ("overlaps_from=2026-06-12&overlaps_to=2026-06-11", {"overlaps_to"}),
        ("title=%00", {"title"}),
        ("lead=a%00b", {"lead"}),
        ("q=a%00", {"q"}),
        ("external_id=%00", {"external_id"}),
        ("notes=%1b", {"notes"}),
        (f"title={'x' * 201}", {"title"}),
        (f"q={'x' * 101}", {"q"}),
        ("q=a+b+c+d+e+f+g+h+i", {"q"}),
        ("titel=x", {"titel"}),
        ("title=x&title=y", {"title"}),
        ("page=1&page=2", {"page"}),
        ("page=0&page_size=0&titel=x&sort=colour", {"page", "page_size", "titel", "sort"}),
    ],
)
async def test_a_parameter_that_cannot_be_used_is_named(
    query: str, names: set[str], desk: Desk
) -> None:
    for path in ("interactions", "search/interactions", f"sites/{desk.site.id}/interactions"):
        if "site_id" in names and path.startswith("sites"):
            continue
        response = await desk.client.get(f"/{path}?{query}")
        assert refused_fields(response, 400).keys() == names


async def test_parameters_are_looked_at_before_the_site_is(make: Make, desk: Desk) -> None:
    theirs = await make.site()

    for query in ("sort=colour", "include=all", "start_date=x", "q=a+b+c+d+e+f+g+h+i", "page=0"):
        response = await desk.client.get(f"/sites/{theirs.id}/interactions?{query}")
        assert refused_fields(response, 400)


async def test_a_misspelt_parameter_is_answered_with_the_nearest_one(desk: Desk) -> None:
    response = await desk.client.get("/interactions?pagesize=5")

    assert refused_fields(response, 400) == {
        "pagesize": "Unknown parameter; did you mean page_size?"
    }


async def test_sites_narrow_the_list(make: Make, client_for: ClientFor) -> None:
    first, second, third = [await make.site() for _ in range(3)]
    editor = await make.member(first, second, third)
    rows = {site.id: await make.interaction(site, editor) for site in (first, second, third)}
    client = client_for(editor)

    async def sites(query: str, **headers: str) -> set[int]:
        page = (await client.get(f"/interactions?{query}", headers=headers)).json()
        return {row["site_id"] for row in page["interactions"]}

    assert await sites("") == set(rows)
    assert await sites(f"site_id={first.id}") == {first.id}
    assert await sites(f"site_id={first.id}&site_id={third.id}") == {first.id, third.id}
    assert await sites("", **{"X-Site-ID": str(second.id)}) == {second.id}
    both = await client.get(
        f"/interactions?site_id={first.id}", headers={"X-Site-ID": str(second.id)}
    )
    assert both.status_code == 403


async def test_a_foreign_site_is_refused_whether_or_not_it_exists(make: Make, desk: Desk) -> None:
    theirs = await make.site()

    for site_id in (theirs.id, 2**31 - 1):
        query = f"site_id={desk.site.id}&site_id={site_id}"
        assert (await desk.client.get(f"/interactions?{query}")).status_code == 403
        assert (await desk.client.get(f"/sites/{site_id}/interactions")).status_code == 403
        headers = {"X-Site-ID": str(site_id)}
        assert (await desk.client.get("/interactions", headers=headers)).status_code == 403


@pytest.mark.parametrize("site_id", ["", "x", "0", "-1", "1,2", str(2**31), str(2**63)])
async def test_a_site_header_that_is_no_id_is_refused(site_id: str, desk: Desk) -> None:
    response = await desk.client.get("/interactions", headers={"X-Site-ID": site_id})

    assert response.status_code == 400


async def test_an_empty_scope_gives_empty_lists(make: Make, client_for: ClientFor) -> None:
    client = client_for(await make.user())

    for path in ("interactions", "search/interactions"):
        page = (await client.get(f"/{path}")).json()
        assert (page["interactions"], page["total"], page["total_pages"]) == ([], 0, 0)

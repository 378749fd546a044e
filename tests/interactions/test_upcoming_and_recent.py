"""What comes next and what was last, of the caller's sites, at the moment of asking."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Client, Make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PATHS = ["/search/upcoming", "/search/recent"]
each_path = pytest.mark.parametrize("path", PATHS)


async def titles(client: Client, path: str, **query: Any) -> list[str]:
    response = await client.get(path, params=query)
    assert response.status_code == 200, response.text
    assert response.json().keys() == {"interactions"}
    return [row["title"] for row in response.json()["interactions"]]


async def plan(desk: Desk, make: Make, title: str, start: timedelta, lasts: timedelta) -> None:
    """An interaction that begins so long from now, or began before."""
    begin = datetime.now(UTC) + start
    await make.interaction(
        desk.site, desk.user, title=title, start_datetime=begin, end_datetime=begin + lasts
    )


async def test_the_next_to_begin_come_first_and_what_goes_on_is_neither(
    desk: Desk, make: Make
) -> None:
    await plan(desk, make, "in two days", 2 * DAY, HOUR)
    await plan(desk, make, "in an hour", HOUR, 3 * DAY)
    await plan(desk, make, "going on", -HOUR, 2 * HOUR)
    await plan(desk, make, "going on for long", -300 * DAY, 301 * DAY)
    await plan(desk, make, "is over", -2 * HOUR, HOUR)

    assert await titles(desk.client, "/search/upcoming") == ["in an hour", "in two days"]
    assert await titles(desk.client, "/search/recent") == ["is over"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_the_last_to_end_come_first_however_long_ago_they_began(
    limit: int, desk: Desk, make: Make
) -> None:
    await plan(desk, make, "half a day ago", -13 * HOUR, HOUR)
    await plan(desk, make, "just now after the longest time", -366 * DAY, 366 * DAY)
    await plan(desk, make, "two days ago", -2 * DAY - HOUR, HOUR)
    await plan(desk, make, "a day ago, but long", -90 * DAY, 89 * DAY)

    assert (
        await titles(desk.client, "/search/recent", limit=limit)
        == [
            "just now after the longest time",
            "half a day ago",
            "a day ago, but long",
            "two days ago",
        ][:limit]
    )


@pytest.mark.parametrize("limit", [2, 3, 9])
async def test_the_id_breaks_ties_in_the_direction_of_the_order(
    limit: int, desk: Desk, make: Make
) -> None:
    now = datetime.now(UTC)
    for start in (now + DAY, now - DAY):
        for number in range(3):
            await make.interaction(
                desk.site,
                desk.user,
                title=f"number {number}",
                start_datetime=start,
                end_datetime=start + HOUR,
            )
    expected = ["number 0", "number 1", "number 2"]

    assert await titles(desk.client, "/search/upcoming", limit=limit) == expected[:limit]
    assert await titles(desk.client, "/search/recent", limit=limit) == expected[::-1][:limit]


@pytest.fixture(scope="module")
async def calendar(make: Make, client_for: ClientFor) -> tuple[Client, list[dict[str, Any]]]:
    """Interactions of all lengths around the present, at so many sites that each way is taken."""
    sites = [await make.site() for _ in range(9)]
    user = await make.member(*sites)
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(120):
        start = now - timedelta(days=(number * 37) % 700 - 200, hours=(number * 11) % 24)
        lasts = timedelta(days=(number**3) % 366, hours=1)
        site = sites[number * number % 9]
        await make.interaction(
            site, user, title="event", start_datetime=start, end_datetime=start + lasts
        )
    client = client_for(user)
    return client, (await client.get("/interactions?page_size=100")).json()["interactions"] + (
        await client.get("/interactions?page_size=100&page=2")
    ).json()["interactions"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(limit=st.integers(1, 50), number=st.sampled_from([1, 2, 8, 9]), data=st.data())
async def test_they_are_what_a_look_at_all_rows_would_find(
    limit: int, number: int, data: st.DataObject, calendar: tuple[Client, list[dict[str, Any]]]
) -> None:
    client, rows = calendar
    sites = sorted({row["site_id"] for row in rows})
    sites = data.draw(st.permutations(sites))[:number]
    now = datetime.now(UTC).isoformat()
    ours = [row for row in rows if row["site_id"] in sites]
    ahead = [row for row in ours if row["start_datetime"] > now]
    over = [row for row in ours if row["end_datetime"] <= now]
    query: dict[str, Any] = {"limit": limit, "site_id": sites}

    upcoming = (await client.get("/search/upcoming", params=query)).json()["interactions"]
    recent = (await client.get("/search/recent", params=query)).json()["interactions"]

    assert upcoming == sorted(ahead, key=lambda row: (row["start_datetime"], row["id"]))[:limit]
    last_first = sorted(over, key=lambda row: (row["end_datetime"], row["id"]), reverse=True)
    assert recent == last_first[:limit]


@each_path
@pytest.mark.parametrize("sites", [1, 3, 9])
async def test_those_of_other_sites_are_not_shown(
    path: str, sites: int, make: Make, client_for: ClientFor
) -> None:
    ours = [await make.site() for _ in range(sites)]
    theirs = await make.site()
    user = await make.member(*ours, role=Role.VIEWER)
    stranger = await make.member(theirs)
    for site, creator in [*((site, user) for site in ours), (theirs, stranger)]:
        for start in (datetime.now(UTC) + DAY, datetime.now(UTC) - DAY):
            await make.interaction(
                site,
                creator,
                title=f"site {site.id}",
                start_datetime=start,
                end_datetime=start + HOUR,
            )
    client = client_for(user)

    assert sorted(await titles(client, path)) == sorted(f"site {site.id}" for site in ours)
    assert await titles(client, path, site_id=ours[0].id) == [f"site {ours[0].id}"]
    assert await titles(client_for(await make.user()), path) == []
    error_of(await client.get(path, params={"site_id": theirs.id}), 403)


@each_path
async def test_what_is_deleted_or_of_a_site_that_is_not_active_is_not_shown(
    path: str, make: Make, desk: Desk, client_for: ClientFor
) -> None:
    await plan(desk, make, "to come", DAY, HOUR)
    await plan(desk, make, "is over", -DAY, HOUR)
    row = (await desk.client.get(path)).json()["interactions"][0]
    admin = client_for(await make.admin())

    assert (await desk.client.delete(f"/interactions/{row['id']}")).is_success
    assert await titles(desk.client, path) == []

    await plan(desk, make, "to come", DAY, HOUR)
    await plan(desk, make, "is over", -DAY, HOUR)
    assert (await admin.delete(f"/sites/{desk.site.id}?force=true")).is_success
    assert await titles(client_for(desk.user), path) == []
    assert len(await titles(admin, path, site_id=desk.site.id)) == 1


@each_path
async def test_the_rows_are_those_of_the_list(path: str, make: Make, desk: Desk) -> None:
    await plan(desk, make, "to come", DAY, HOUR)
    await plan(desk, make, "is over", -DAY, HOUR)
    include = "include=site,creator,updater"

    (found,) = (await desk.listed(include, path=path))["interactions"]

    assert found in (await desk.listed(include))["interactions"]
    assert found["site"] == {"id": desk.site.id, "name": desk.site.name}
    assert found["confidential_notes"] is None  # shown, for it is the creator who asks


@each_path
async def test_there_are_ten_unless_more_are_asked_for(path: str, make: Make, desk: Desk) -> None:
    for number in range(12):
        await plan(desk, make, "to come", number * HOUR + DAY, HOUR)
        await plan(desk, make, "is over", -number * HOUR - DAY, HOUR)

    assert len(await titles(desk.client, path)) == 10
    assert len(await titles(desk.client, path, limit=50)) == 12


@each_path
@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "limit=1&limit=2", "limt=1"])
async def test_what_cannot_be_read_is_refused(path: str, query: str, desk: Desk) -> None:
    refused = refused_fields(await desk.client.get(f"{path}?{query}"), 400)

    assert refused.keys() == {query.partition("=")[0]}


@each_path
async def test_an_unknown_name_to_include_is_refused(path: str, desk: Desk) -> None:
    refused = refused_fields(await desk.client.get(f"{path}?include=sit"), 400)

    assert refused.keys() == {"include"}

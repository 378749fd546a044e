"""PUT by external id: creates or replaces what another system has."""

import asyncio
from urllib.parse import quote

import pytest
from fastapi import FastAPI

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of, refused_fields
from tests.factories import Make, body, session_headers

PATH = "/interactions/by-external-id"
WHOLE = {name: value for name, value in body().items() if name != "external_id"}


async def test_what_is_not_there_is_created(desk: Desk) -> None:
    response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)

    assert response.status_code == 201, response.text
    created = response.json()
    assert (created["external_id"], created["version"]) == ("CRM-1", 1)
    assert (created["site_id"], created["created_by"]) == (desk.site.id, desk.user.id)
    assert response.headers["ETag"] == '"1"'
    read = await desk.client.get(f"http://test{response.headers['Location']}")
    assert read.json() == created
    assert [one["change_type"] for one in await desk.history(created["id"])] == ["CREATE"]


async def test_what_is_there_is_replaced(desk: Desk) -> None:
    stored = await desk.create(external_id="CRM-1", notes="N", confidential_notes="Between us")
    whole = WHOLE | {"title": "Another title", "external_id": "CRM-1"}
    del whole["location"]

    response = await desk.client.put(f"{PATH}/CRM-1", json=whole)

    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert "Location" not in response.headers
    replaced = response.json()
    assert (replaced["id"], replaced["title"]) == (stored["id"], "Another title")
    assert [replaced[name] for name in ("location", "notes", "confidential_notes")] == [None] * 3


async def test_what_changes_nothing_makes_no_version(desk: Desk) -> None:
    first = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)

    again = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)
    back = await desk.client.put(f"{PATH}/CRM-1", json=first.json())

    for response in (again, back):
        assert (response.status_code, response.headers["ETag"]) == (200, '"1"')
        assert response.json() == first.json()
    assert len(await desk.history(first.json()["id"])) == 1


@pytest.mark.parametrize(
    "key",
    [
        "a b",
        "a/b",
        "/a//b/",
        "50%",
        "%2F",
        "a?b#c",
        "\u00e9\u00fc\u6f22\U0001f600",
        "history",
        "batch",
        "x" * 200,
    ],
)
async def test_any_text_can_be_a_key(key: str, desk: Desk) -> None:
    path = f"{PATH}/{quote(key, safe='')}"

    made = await desk.client.put(path, json=WHOLE)
    again = await desk.client.put(path, json=WHOLE | {"external_id": key})

    assert (made.status_code, again.status_code) == (201, 200), made.text
    assert made.json()["external_id"] == key
    assert (await desk.listed(f"external_id={quote(key, safe='')}"))["total"] == 1


async def test_a_key_is_cleaned_as_it_is_in_a_body(desk: Desk) -> None:
    stored = await desk.create(external_id=" e\u0301  1 ")

    for path in ("e%CC%81%201", "%20%C3%A9%20%201%20"):
        response = await desk.client.put(
            f"{PATH}/{path}", json=WHOLE | {"external_id": "e\u0301 1"}
        )
        assert (response.status_code, response.json()["id"]) == (200, stored["id"])


@pytest.mark.parametrize("key", ["", "%20", "a%00b", "x" * 201, "%0D", "%ff"])
async def test_what_cannot_be_a_key_is_refused(key: str, desk: Desk) -> None:
    response = await desk.client.put(f"{PATH}/{key}", json=WHOLE)

    assert refused_fields(response, 400).keys() == {"external_id"}


async def test_a_body_with_another_key_is_refused(desk: Desk) -> None:
    for key in ("CRM-2", None, "", 1):
        response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE | {"external_id": key})
        assert refused_fields(response).keys() == {"external_id"}
    assert (await desk.listed())["total"] == 0


async def test_a_body_is_held_against_all_rules(desk: Desk) -> None:
    wrong = {"title": "No", "end_datetime": WHOLE["start_datetime"], "colour": "red"}

    response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE | wrong)

    assert refused_fields(response).keys() == wrong.keys()


async def test_what_only_one_that_is_there_can_have_is_refused_when_it_is_new(desk: Desk) -> None:
    for field, value in {"id": 1, "created_by": desk.user.id, "legal_hold": True}.items():
        response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE | {field: value})
        assert refused_fields(response).keys() == {field}
    stale = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE | {"version": 1})
    error_of(stale, 412)
    named = WHOLE | {"site_id": desk.site.id, "confidential_notes": "N", "legal_hold": False}
    made = await desk.client.put(f"{PATH}/CRM-1", json=named)
    assert (made.status_code, made.json()["confidential_notes"]) == (201, "N")


async def test_one_in_the_trash_does_not_count(desk: Desk) -> None:
    old = await desk.create(external_id="CRM-1")
    await desk.client.delete(f"/interactions/{old['id']}")

    response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)

    assert response.status_code == 201
    assert response.json()["id"] != old["id"]


async def test_each_site_has_keys_of_its_own_and_has_to_be_named(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    other, theirs = await make.site(), await make.site()
    await make.membership(other, desk.user, Role.VIEWER)
    mine = await desk.create(external_id="CRM-1", site_id=desk.site.id)
    there = await make.interaction(other, await make.member(other), external_id="CRM-1")

    unnamed = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)
    named = await desk.client.put(f"{PATH}/CRM-1?site_id={desk.site.id}", json=WHOLE)
    narrowed = client_for(desk.user, **{"X-Site-ID": str(desk.site.id)})

    assert refused_fields(unnamed, 400) == {"site_id": "Site is required"}
    assert named.json()["id"] == mine["id"]
    assert (await narrowed.put(f"{PATH}/CRM-1", json=WHOLE)).json()["id"] == mine["id"]
    for site_id in (other.id, theirs.id, 2**31 - 1):
        error_of(await desk.client.put(f"{PATH}/CRM-1?site_id={site_id}", json={}), 403)
    error_of(await desk.client.put(f"{PATH}/CRM-1?site_id=x", json=WHOLE), 400)
    read = await desk.client.get(f"/interactions/{there.id}")
    assert read.json()["version"] == 1


async def test_a_system_admin_names_a_site_that_there_is(make: Make, client_for: ClientFor) -> None:
    site, asleep = await make.site(), await make.site(is_active=False)
    admin = client_for(await make.admin())

    answers = [
        (await admin.put(f"{PATH}/CRM-1?site_id={site_id}", json=WHOLE)).status_code
        for site_id in (site.id, asleep.id, 2**31 - 1)
    ]

    assert answers == [201, 409, 403]


async def test_if_match_replaces_only_the_version_that_was_seen(desk: Desk) -> None:
    for tag in ('"1"', "*"):
        response = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE, headers={"If-Match": tag})
        error_of(response, 412)
    assert (await desk.listed())["total"] == 0
    await desk.create(external_id="CRM-1")

    answers = [
        await desk.client.put(
            f"{PATH}/CRM-1", json=WHOLE | {"notes": tag}, headers={"If-Match": tag}
        )
        for tag in ('"1"', '"1"', "*", '"3"', '"7", "4"')
    ]

    assert [answer.status_code for answer in answers] == [200, 412, 200, 200, 200]
    assert error_of(answers[1], 412)["details"]["version"] == 2


async def test_if_none_match_only_creates(desk: Desk) -> None:
    only_new = {"If-None-Match": "*"}

    first = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE, headers=only_new)
    again = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE, headers=only_new)
    other = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE, headers={"If-None-Match": '"1"'})

    assert first.status_code == 201
    error_of(again, 412)
    assert refused_fields(other, 400).keys() == {"if-none-match"}


async def test_a_browser_session_says_what_it_expects(
    api: FastAPI, desk: Desk, client_for: ClientFor
) -> None:
    page = client_for(**await session_headers(api, desk.user))

    error_of(await page.put(f"{PATH}/CRM-1", json=WHOLE), 428)
    made = await page.put(f"{PATH}/CRM-1", json=WHOLE, headers={"If-None-Match": "*"})
    error_of(await page.put(f"{PATH}/CRM-1", json=WHOLE), 428)
    again = await page.put(f"{PATH}/CRM-1", json=WHOLE, headers={"If-Match": '"1"'})

    assert (made.status_code, again.status_code) == (201, 200)


async def test_a_viewer_writes_nothing(make: Make, desk: Desk, client_for: ClientFor) -> None:
    viewer = client_for(await make.member(desk.site, role=Role.VIEWER))

    error_of(await viewer.put(f"{PATH}/CRM-1", json={}), 403)


async def test_fifty_at_once_make_one(desk: Desk) -> None:
    answers = await asyncio.gather(
        *[desk.client.put(f"{PATH}/CRM-1", json=WHOLE) for _ in range(50)]
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    (row,) = (await desk.listed())["interactions"]
    assert {answer.json()["id"] for answer in answers} == {row["id"]}
    assert row["version"] == 1


async def test_different_ones_at_once_are_versions_of_one(desk: Desk) -> None:
    bodies = [WHOLE | {"notes": f"Number {n}"} for n in range(10)]

    answers = await asyncio.gather(*[desk.client.put(f"{PATH}/CRM-1", json=one) for one in bodies])

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    (row,) = (await desk.listed())["interactions"]
    assert row["version"] == 10
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 11))


async def test_of_those_that_only_create_at_once_one_does(desk: Desk) -> None:
    only_new = {"If-None-Match": "*"}

    answers = await asyncio.gather(
        *[desk.client.put(f"{PATH}/CRM-1", json=WHOLE, headers=only_new) for _ in range(10)]
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 9


async def test_making_and_deleting_at_once_leaves_at_most_one(desk: Desk) -> None:
    async def make_and_delete() -> list[int]:
        made = await desk.client.put(f"{PATH}/CRM-1", json=WHOLE)
        if made.status_code == 503:  # it came and went all the while
            return []
        gone = await desk.client.delete(f"/interactions/{made.json()['id']}")
        return [made.status_code, gone.status_code]

    found = await asyncio.gather(*[make_and_delete() for _ in range(20)])

    assert {status for pair in found for status in pair} <= {200, 201, 204, 404}
    assert (await desk.listed())["total"] == 0

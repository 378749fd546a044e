"""Nobody writes over what they have not seen."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, Json, error_of, refused_fields
from tests.factories import Client, Make, body, session_headers

CHANGE = {"title": "Another title"}


def if_match(*tags: str) -> dict[str, str]:
    """The header that names versions."""
    return {"If-Match": ", ".join(tags)}


async def send(client: Client, method: str, row: Json, headers: dict[str, str]) -> httpx.Response:
    """Change a row by one of the methods that take a precondition."""
    contents = {"PUT": body(**CHANGE), "PATCH": CHANGE}
    path = f"/interactions/{row['id']}"
    return await client.request(method, path, json=contents.get(method), headers=headers)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_the_current_version_can_be_changed(desk: Desk, method: str) -> None:
    for tag in ('"1"', "*", 'W/"1"', '"7", "1"'):
        response = await send(desk.client, method, await desk.create(), if_match(tag))
        assert response.is_success, response.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tag", ['"1"', '"3"', '"other"', '""'])
async def test_another_version_is_left_as_it_is(desk: Desk, method: str, tag: str) -> None:
    row = await desk.create()
    path = f"/interactions/{row['id']}"
    await desk.client.patch(path, json={"notes": "New"})

    response = await send(desk.client, method, row, if_match(tag))

    assert error_of(response, 412)["code"] == "precondition_failed"
    assert response.headers["ETag"] == '"2"'
    kept = (await desk.client.get(path)).json()
    assert (kept["version"], kept["title"]) == (2, row["title"])


async def test_a_refusal_tells_who_changed_which_fields_and_when(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    row = await desk.create()
    colleague = await make.member(desk.site, full_name="Ada Byron")
    path = f"/interactions/{row['id']}"
    for change in ({"notes": "New"}, {"title": "Their title", "location": "Room B"}):
        await client_for(colleague).patch(path, json=change)

    told = refused_fields(await send(desk.client, "PATCH", row, if_match('"2"')), 412)
    all_told = refused_fields(await send(desk.client, "PUT", row, if_match('"1"')), 412)

    history = await desk.history(row["id"])
    ada = {"id": colleague.id, "full_name": "Ada Byron"}
    newest = {
        "version": 3,
        "changed_by": ada,
        "changed_at": history[0]["changed_at"],
        "fields": ["location", "title"],
    }
    assert told == {"version": 3, "changes": [newest]}
    assert [change["fields"] for change in all_told["changes"]] == [
        ["location", "title"],
        ["notes"],
    ]


async def test_a_version_that_is_sent_back_counts_like_the_header(desk: Desk) -> None:
    row = await desk.create()
    path = f"/interactions/{row['id']}"
    await desk.client.patch(path, json={"notes": "New"})

    told = refused_fields(await desk.client.put(path, json=body(version=1)), 412)

    assert [change["fields"] for change in told["changes"]] == [["notes"]]


@pytest.mark.parametrize("version", [0, -1, -(2**40), 2**40])
async def test_a_version_that_there_never_was_is_no_fault(desk: Desk, version: int) -> None:
    path = f"/interactions/{(await desk.create())['id']}"
    told = refused_fields(await desk.client.patch(path, json={"version": version}), 412)
    assert told["version"] == 1


@pytest.mark.parametrize("tag", ["1", '"1', 'x"1"', '"1" "2"', ","])
async def test_what_is_no_tag_is_refused(desk: Desk, tag: str) -> None:
    response = await send(desk.client, "PATCH", await desk.create(), if_match(tag))
    assert refused_fields(response, 400).keys() == {"if-match"}


async def test_a_page_has_to_name_the_version_that_it_changes(
    desk: Desk, api: FastAPI, client_for: ClientFor
) -> None:
    row = await desk.create()
    page = client_for(**await session_headers(api, desk.user))

    for method in ("PUT", "PATCH"):
        refused = error_of(await send(page, method, row, {}), 428)
        assert refused["code"] == "precondition_required"
    assert (await send(page, "PATCH", row, if_match('"1"'))).status_code == 200
    assert (await send(page, "DELETE", row, {})).status_code == 204


async def test_roles_and_fields_are_refused_before_the_version(
    desk: Desk, make: Make, client_for: ClientFor
) -> None:
    row = await desk.create()
    viewer = client_for(await make.member(desk.site, role=Role.VIEWER))
    stranger = client_for(await make.member(await make.site()))
    path, stale = f"/interactions/{row['id']}", if_match('"9"')

    assert (await viewer.patch(path, json=CHANGE, headers=stale)).status_code == 403
    assert (await stranger.patch(path, json=CHANGE, headers=stale)).status_code == 403
    refused = await desk.client.patch(path, json={"title": "No"}, headers=stale)
    assert refused_fields(refused).keys() == {"title"}


async def test_of_fifty_writers_of_a_version_one_is_heard_and_the_others_are_told(
    desk: Desk,
) -> None:
    row = await desk.create()
    path = f"/interactions/{row['id']}"

    for version in (1, 2):
        answers = await asyncio.gather(
            *(
                desk.client.patch(
                    path,
                    json={"title": f"Version {version} of writer {writer}"},
                    headers=if_match(f'"{version}"'),
                )
                for writer in range(50)
            )
        )
        heard = [answer for answer in answers if answer.status_code == 200]
        told = [refused_fields(answer, 412) for answer in answers if answer not in heard]
        assert (len(heard), len(told)) == (1, 49)
        assert all(details["version"] == version + 1 for details in told)
        assert (await desk.client.get(path)).json() == heard[0].json()

    assert [change["version"] for change in await desk.history(row["id"])] == [3, 2, 1]

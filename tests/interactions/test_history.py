"""The history of an interaction: every change, exactly."""

import asyncio
from datetime import datetime
from itertools import pairwise

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, error_of
from tests.factories import Make, body

STATE = body()


async def test_creating_is_the_first_entry(desk: Desk) -> None:
    created = await desk.create()

    (entry,) = await desk.history(created["id"])

    assert entry.pop("id") > 0
    assert entry == {
        "version": 1,
        "change_type": "CREATE",
        "changed_by": {"id": desk.user.id, "full_name": desk.user.full_name},
        "changed_at": created["created_at"],
        "api_key_id": None,
        "operation": None,
        "changes": {
            name: {"old": None, "new": value} for name, value in STATE.items() if value is not None
        },
        "before_state": None,
        "after_state": STATE,
    }


async def test_a_change_tells_what_was_and_what_came_of_it(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    colleague = await make.member(desk.site)
    changed = (
        await client_for(colleague).patch(
            f"/interactions/{created['id']}",
            json={"location": None, "end_datetime": "2026-06-12T18:30:00+02:00"},
        )
    ).json()

    entry = (await desk.history(created["id"]))[0]

    del entry["id"]
    after = STATE | {"location": None, "end_datetime": "2026-06-12T16:30:00Z"}
    assert entry == {
        "version": 2,
        "change_type": "UPDATE",
        "changed_by": {"id": colleague.id, "full_name": colleague.full_name},
        "changed_at": changed["updated_at"],
        "api_key_id": None,
        "operation": None,
        "changes": {
            "location": {"old": "Room A", "new": None},
            "end_datetime": {"old": "2026-06-12T15:00:00Z", "new": "2026-06-12T16:30:00Z"},
        },
        "before_state": STATE,
        "after_state": after,
    }


async def test_deleting_is_the_last_entry(desk: Desk) -> None:
    created = await desk.create()
    await desk.client.delete(f"/interactions/{created['id']}")

    entry = (await desk.history(created["id"]))[0]

    assert (entry["change_type"], entry["version"]) == ("DELETE", 2)
    assert (entry["before_state"], entry["after_state"]) == (STATE, None)


async def test_the_history_has_pages_newest_first(desk: Desk) -> None:
    created = await desk.create()
    path = f"/interactions/{created['id']}"
    for number in range(2, 6):
        await desk.client.patch(path, json={"title": f"Title number {number}"})

    response = await desk.client.get(f"{path}/history?page=2&page_size=2")

    page = response.json()
    assert [change["version"] for change in page.pop("history")] == [3, 2]
    assert page == {
        "total": 5,
        "total_is_exact": True,
        "page": 2,
        "page_size": 2,
        "total_pages": 3,
        "next_cursor": None,
    }
    assert 'rel="next"' in response.headers["Link"]


async def test_readers_of_the_interaction_read_its_history(
    make: Make, desk: Desk, client_for: ClientFor
) -> None:
    created = await desk.create()
    path = f"/interactions/{created['id']}/history"
    viewer = client_for(await make.member(desk.site, role=Role.VIEWER))
    stranger = client_for(await make.member(await make.site()))

    assert (await viewer.get(path)).json()["total"] == 1
    error_of(await stranger.get(path), 403)
    error_of(await viewer.get(f"/interactions/{2**62}/history"), 404)


async def test_changes_at_the_same_time_make_a_history_without_gaps(desk: Desk) -> None:
    created = await desk.create()
    path = f"/interactions/{created['id']}"

    answers = await asyncio.gather(
        *(desk.client.put(path, json=body(title=f"Written by {one}")) for one in range(6)),
        *(desk.client.patch(path, json={"notes": f"Note {one}"}) for one in range(6)),
    )

    assert [answer.status_code for answer in answers] == [200] * 12
    newest_first = await desk.history(created["id"])
    assert [change["version"] for change in newest_first] == list(range(len(newest_first), 0, -1))
    for later, earlier in pairwise(newest_first):
        assert later["before_state"] == earlier["after_state"]
    final = (await desk.client.get(path)).json()
    assert newest_first[0]["after_state"] == {name: final[name] for name in STATE}
    assert final["version"] == len(newest_first)


async def test_of_two_changes_from_the_same_version_one_is_refused(desk: Desk) -> None:
    created = await desk.create()

    answers = await asyncio.gather(
        *(
            desk.client.put(
                f"/interactions/{created['id']}", json=body(title=f"Written by {one}", version=1)
            )
            for one in range(4)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_deleting_and_changing_at_once_leaves_one_truth(desk: Desk) -> None:
    created = await desk.create()
    path = f"/interactions/{created['id']}"

    changed, deleted, again = await asyncio.gather(
        desk.client.patch(path, json={"title": "Still here?"}),
        desk.client.delete(path),
        desk.client.delete(path),
    )

    assert changed.status_code in {200, 404}
    assert sorted((deleted.status_code, again.status_code)) == [204, 404]
    kinds = [change["change_type"] for change in await desk.history(created["id"])]
    assert kinds[0] == "DELETE"
    assert kinds.count("UPDATE") == (changed.status_code == 200)


async def test_times_in_the_history_can_be_read(desk: Desk) -> None:
    created = await desk.create(start_datetime="2026-06-12T13:59:59.5Z")

    state = (await desk.history(created["id"]))[0]["after_state"]

    assert datetime.fromisoformat(state["start_datetime"]).microsecond == 500_000
    assert state["start_datetime"] == created["start_datetime"]

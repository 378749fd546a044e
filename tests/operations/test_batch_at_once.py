"""Batches that want the same at the same time: each is answered, and what is stored is whole."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.operations.batch import Batch
from app.operations.batching import TRIES
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import Desk, error_of
from tests.factories import body
from tests.operations.batches import create, delete, send, statuses, update

Step = Callable[..., Awaitable[Any]]


def after_each_other(step: Step, *, parties: int) -> Step:
    """The same step, but the first calls all wait for each other when they are through."""
    barrier, calls = asyncio.Barrier(parties), iter(range(parties))

    async def together(*args: Any, **over: Any) -> Any:
        answer = await step(*args, **over)
        if next(calls, None) is not None:
            await barrier.wait()
        return answer

    return together


async def test_batches_of_the_same_rows_in_other_orders_are_all_done(desk: Desk) -> None:
    rows = [await desk.create() for _ in range(4)]
    orders = [rows, rows[::-1], rows[2:] + rows[:2], rows[1::-1] + rows[:1:-1]]

    answers = await asyncio.gather(
        *[
            send(desk.client, *[update(row, {"location": f"Room {n}"}) for row in order])
            for n, order in enumerate(orders * 3)
        ]
    )

    assert [statuses(answer.json()) for answer in answers] == [[200] * 4] * 12
    listed = (await desk.listed())["interactions"]
    assert len({row["location"] for row in listed}) == 1, "one of them was last, at every row"
    assert {row["version"] for row in listed} == {13}


async def test_a_circle_of_new_external_ids_is_broken_and_answered(desk: Desk) -> None:
    missing = delete({"id": 2**62})
    batches = [
        [create(external_id=first), missing, create(external_id=second)]
        for first, second in (["a", "b"], ["b", "a"])
    ]
    # Both hold a key before they want the other's.
    wait = after_each_other(Batch._write_new, parties=2)
    with patch.object(Batch, "_write_new", wait):
        answers = await asyncio.gather(*[send(desk.client, *items) for items in batches])

    found = sorted(statuses(answer.json()) for answer in answers)
    assert found == [[201, 404, 201], [409, 404, 409]]
    assert sorted(one["external_id"] for one in (await desk.listed())["interactions"]) == ["a", "b"]


async def test_a_key_that_is_taken_between_looking_and_writing_is_that_items_refusal(
    desk: Desk,
) -> None:
    look = Batch._without_taken
    others = iter([True])

    async def look_and_be_too_late(self: Batch, *args: Any) -> Any:
        found = await look(self, *args)
        if next(others, None):
            await desk.create(external_id="a")
        return found

    with patch.object(Batch, "_without_taken", look_and_be_too_late):
        answer = await send(desk.client, create(external_id="a"), create(external_id="b"))

    assert answer.status_code == 207, answer.text
    assert statuses(answer.json()) == [409, 201]


async def test_who_never_gets_through_is_asked_to_come_again(desk: Desk) -> None:
    look, numbers = Batch._without_taken, iter(range(100))

    async def look_and_be_too_late(self: Batch, site_id: int, new: Any) -> Any:
        found = await look(self, site_id, new)
        await desk.create(external_id=f"{found[0].external_id}")
        return found

    async def keep_others_away(self: Batch, sent: Any) -> None:
        number = next(numbers)
        items = [{**one, "data": {**one["data"], "external_id": f"key {number}"}} for one in sent]
        await run(self, items)

    run = Batch.run
    with (
        patch.object(Batch, "_without_taken", look_and_be_too_late),
        patch.object(Batch, "run", keep_others_away),
    ):
        answer = await send(desk.client, create())

    assert error_of(answer, 503)["code"] == "unavailable"
    assert answer.headers["Retry-After"]
    assert (await desk.listed())["total"] == TRIES, "what the others wrote"


async def test_batches_with_the_same_keys_make_each_once(desk: Desk) -> None:
    keys = [f"k{n}" for n in range(5)]
    batches = [[create(external_id=key) for key in keys] for _ in range(20)]

    answers = await asyncio.gather(*[send(desk.client, *items) for items in batches])

    assert {answer.status_code for answer in answers} <= {200, 207}
    made = [one for answer in answers for one in answer.json()["results"] if "id" in one]
    listed = (await desk.listed())["interactions"]
    assert sorted(one["external_id"] for one in listed) == keys
    assert {one["id"] for one in listed} == {one["id"] for one in made}


async def test_a_batch_and_a_single_call_do_not_overwrite_each_other(
    desk: Desk, engine: AsyncEngine
) -> None:
    row = await desk.create()
    scope = SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})
    async with scoped_session(engine, scope) as session:
        locked = text("SELECT id FROM app.interactions WHERE id = :id FOR UPDATE")
        await session.execute(locked, {"id": row["id"]})
        tasks = [
            asyncio.ensure_future(
                send(desk.client, update(row, {"location": "B"}, if_version=1), create())
            ),
            asyncio.ensure_future(
                desk.client.put(
                    f"/interactions/{row['id']}",
                    json=body(notes="N"),
                    headers={"If-Match": '"1"'},
                )
            ),
        ]
        await asyncio.sleep(0.1)

    batch, single = await asyncio.gather(*tasks)
    found = (statuses(batch.json()), single.status_code)
    assert found in (([200, 201], 412), ([412, 201], 200))


@pytest.mark.parametrize("mode", ["partial", "atomic"])
async def test_what_is_deleted_meanwhile_is_nowhere(mode: str, desk: Desk) -> None:
    rows = [await desk.create() for _ in range(3)]
    items = [delete(row) for row in rows]

    answers = await asyncio.gather(*[send(desk.client, *items, mode=mode) for _ in range(6)])

    assert (
        sorted(answer.status_code for answer in answers)
        == [200] + [207 if mode == "partial" else 422] * 5
    )
    for row in rows:
        changes = [change["change_type"] for change in await desk.history(row["id"])]
        assert changes == ["DELETE", "CREATE"]

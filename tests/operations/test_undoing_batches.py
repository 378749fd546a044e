"""A batch is taken back, and nothing else."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.desk import ClientFor, Desk, Json, error_of
from tests.factories import Make
from tests.imports.making import HEADER, ROW, table
from tests.imports.sending import Sender, counts
from tests.operations.batches import create, delete, done, update

CHANGED_BY_UNDOING = {"version", "updated_at"}


async def rows_of(desk: Desk) -> dict[int, Json]:
    """What is there, by id, as far as an undo has to bring it back."""
    listed = (await desk.listed("page_size=100"))["interactions"]
    return {
        row["id"]: {name: row[name] for name in row.keys() - CHANGED_BY_UNDOING} for row in listed
    }


async def test_what_it_did_is_undone(sender: Sender, desk: Desk) -> None:
    changed, gone = [await desk.create(external_id=key, notes="N") for key in ("a", "b")]
    before = await rows_of(desk)
    answer = await done(
        desk.client,
        create(external_id="c"),
        update(changed, {"title": "Another title", "notes": None, "external_id": "d"}),
        update(changed, {"location": "B"}),
        update(gone, {"location": "B"}),
        delete(gone),
    )

    undo = await sender.undo(answer["operation_id"])

    assert undo["outcome"] == {
        "removed": 1,
        "restored": 2,
        "conflicts_total": 0,
        "conflicts": [],
        "site_ids": [desk.site.id],
    }
    assert await rows_of(desk) == before
    made = answer["results"][0]["id"]
    assert [
        (await desk.history(row_id))[0]["change_type"]
        for row_id in (made, changed["id"], gone["id"])
    ] == ["DELETE", "UPDATE", "RESTORE"]


async def test_of_many_who_ask_at_once_one_takes_it_back(sender: Sender, desk: Desk) -> None:
    answer = await done(desk.client, create(), create())
    path = f"/operations/{answer['operation_id']}/undo"

    responses = await asyncio.gather(*(desk.client.post(path) for _ in range(6)))

    assert sorted(response.status_code for response in responses) == [202] + [409] * 5
    (accepted,) = (response for response in responses if response.status_code == 202)
    assert (await sender.done(accepted))["undo"]["outcome"]["removed"] == 2


async def test_what_comes_out_of_the_trash_has_history_and_is_counted(
    sender: Sender, desk: Desk
) -> None:
    row = await desk.create()
    answer = await done(desk.client, delete(row))

    await sender.undo(answer["operation_id"])

    newest = (await desk.history(row["id"]))[0]
    assert (newest["change_type"], newest["version"]) == ("RESTORE", 3)
    assert (newest["before_state"], newest["after_state"]["title"]) == (None, row["title"])
    assert newest["changes"]["title"] == {"old": None, "new": row["title"]}
    counted = (await desk.client.get("/statistics?by=type")).json()
    assert (counted["count"], (await desk.listed())["total"]) == (1, 1)


async def test_what_changed_since_what_is_gone_and_what_is_taken_are_conflicts(
    sender: Sender, desk: Desk, admin_engine: AsyncEngine
) -> None:
    keys = ("changed", "purged", "taken", "again")
    changed, purged, taken, again = [await desk.create(external_id=key) for key in keys]
    answer = await done(
        desk.client,
        update(changed, {"location": "B"}),
        *[delete(row) for row in (purged, taken, again)],
        create(external_id="mine"),
    )
    made = answer["results"][4]
    await desk.client.patch(f"/interactions/{changed['id']}", json={"location": "C"})
    await desk.client.patch(f"/interactions/{made['id']}", json={"location": "C"})
    async with admin_engine.begin() as connection:
        purge = text("DELETE FROM app.interactions WHERE id = :id")
        await connection.execute(purge, {"id": purged["id"]})
    await desk.create(external_id="taken")

    outcome = (await sender.undo(answer["operation_id"]))["outcome"]

    assert (outcome["removed"], outcome["restored"]) == (0, 1)
    reasons = {one["interaction_id"]: one["reason"] for one in outcome["conflicts"]}
    assert reasons == {
        changed["id"]: "changed_since",
        purged["id"]: "gone",
        taken["id"]: "external_id_taken",
        made["id"]: "changed_since",
    }
    assert (await desk.client.get(f"/interactions/{again['id']}")).status_code == 200


async def test_external_ids_that_it_handed_on_are_handed_back(sender: Sender, desk: Desk) -> None:
    first, second, third = [await desk.create(external_id=key) for key in ("a", "b", "c")]
    before = await rows_of(desk)
    answer = await done(
        desk.client,
        update(first, {"external_id": None}),
        update(second, {"external_id": "a"}),
        delete(third),
        create(external_id="c"),
        update(first, {"external_id": "b", "location": "B"}),
        update(first, {"external_id": "z"}),
    )

    undo = await sender.undo(answer["operation_id"])

    assert undo["outcome"]["conflicts"] == []
    assert await rows_of(desk) == before


async def test_what_it_made_and_deleted_itself_stays_in_the_trash(
    sender: Sender, desk: Desk, admin_engine: AsyncEngine
) -> None:
    row = await desk.create()
    async with admin_engine.connect() as connection:
        following = await connection.scalar(text("SELECT max(id) + 1 FROM app.interactions"))
    answer = await done(
        desk.client, create(), update(row, {"location": "B"}), delete({"id": following})
    )
    assert answer["results"][0]["id"] == following

    undo = await sender.undo(answer["operation_id"])

    assert (undo["outcome"]["removed"], undo["outcome"]["restored"]) == (1, 1)
    assert (await rows_of(desk)).keys() == {row["id"]}


async def test_who_may_not_delete_it_any_more_does_not_bring_it_back(
    sender: Sender, desk: Desk, api: FastAPI, make: Make, admin_engine: AsyncEngine
) -> None:
    await set_role(api, admin_engine, desk, Role.SITE_ADMIN)
    mine = await desk.create()
    theirs = await make.interaction(desk.site, await make.member(desk.site))
    answer = await done(desk.client, delete(mine), delete({"id": theirs.id}))
    await set_role(api, admin_engine, desk, Role.EDITOR)

    outcome = (await sender.undo(answer["operation_id"]))["outcome"]

    assert outcome["restored"] == 1
    assert [(one["interaction_id"], one["reason"]) for one in outcome["conflicts"]] == [
        (theirs.id, "forbidden")
    ]


async def set_role(api: FastAPI, admin_engine: AsyncEngine, desk: Desk, role: Role) -> None:
    """Give the desk's user another role, which counts at once."""
    change = text("UPDATE app.memberships SET role = :role WHERE user_id = :user_id")
    async with admin_engine.begin() as connection:
        await connection.execute(change, {"role": role.value, "user_id": desk.user.id})
    api.state.authenticator.callers.forget_all()


async def test_confidential_notes_and_holds_are_in_no_history_and_stay(
    sender: Sender, desk: Desk
) -> None:
    row = await desk.create(confidential_notes="Before")
    answer = await done(desk.client, update(row, {"confidential_notes": "After", "location": "B"}))

    await sender.undo(answer["operation_id"])

    read = (await desk.client.get(f"/interactions/{row['id']}")).json()
    assert (read["confidential_notes"], read["location"]) == ("After", row["location"])


@pytest.mark.parametrize("by", ["the key", "another key", "the person"])
async def test_what_a_key_has_done_is_taken_back_by_its_owner_and_their_keys(
    by: str, sender: Sender, desk: Desk, api: FastAPI, make: Make, client_for: ClientFor
) -> None:
    keys = [(await make.api_key(api, desk.user, desk.site, role=Role.EDITOR))[1] for _ in range(2)]
    machine, other = [client_for(Authorization=f"Bearer {key}") for key in keys]
    answer = await done(machine, create())
    caller = {"the key": machine, "another key": other, "the person": desk.client}[by]
    path = f"/operations/{answer['operation_id']}"

    assert (await caller.get(path)).json()["kind"] == "batch"
    undo = await Sender(caller, sender.desk).undo(answer["operation_id"])

    assert undo["outcome"]["removed"] == 1
    assert await rows_of(desk) == {}


async def test_a_key_takes_back_no_more_than_it_may_write(
    sender: Sender, desk: Desk, api: FastAPI, make: Make, client_for: ClientFor
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    _, here = await make.api_key(api, desk.user, desk.site, role=Role.EDITOR)
    _, reads = await make.api_key(api, desk.user, desk.site, other)
    answer = await done(
        desk.client, create(site_id=desk.site.id), create(site_id=other.id), mode="atomic"
    )

    for key, removed, left in ((reads, 0, 2), (here, 1, 1)):
        machine = Sender(client_for(Authorization=f"Bearer {key}"), sender.desk)
        undo = await machine.undo(answer["operation_id"])
        assert (undo["outcome"]["removed"], len(await rows_of(desk))) == (removed, left)


async def test_an_operation_of_somebody_else_is_nowhere(
    desk: Desk, api: FastAPI, make: Make, client_for: ClientFor
) -> None:
    answer = await done(desk.client, create())
    colleague = await make.member(desk.site, role=Role.SITE_ADMIN)
    _, key = await make.api_key(api, colleague, desk.site, role=Role.SITE_ADMIN)
    path = f"/operations/{answer['operation_id']}"
    for client in (client_for(colleague), client_for(Authorization=f"Bearer {key}")):
        error_of(await client.get(path), 404)
        error_of(await client.post(f"{path}/undo"), 404)


async def test_an_import_may_bring_in_again_what_was_taken_back(sender: Sender, desk: Desk) -> None:
    rows = table([*ROW, "k0"], header=[*HEADER, "external_id"])
    answer = await done(desk.client, create(external_id="k0"))
    await sender.undo(answer["operation_id"])

    brought = await sender.bring_in(rows, site_id=desk.site.id)

    assert counts(brought["result"]) == {"created": 1}

"""An import is taken back, and nothing else."""

from contextlib import suppress
from unittest.mock import patch

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.imports import jobs
from app.interactions.repository import update_interactions
from app.models import Interaction, Membership, Site
from app.operations import undoing
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, Desk, error_of
from tests.factories import Make
from tests.imports.dying import KilledError, dying, give_up, silence
from tests.imports.making import HEADER, ROW, make_operation, table
from tests.imports.sending import Sender, counts

WITH_ID = [*HEADER, "external_id"]
ROWS = [[f"Meeting {n}", *ROW[1:], f"k{n}"] for n in range(20)]
TEXT = table(*ROWS, header=WITH_ID)
UPDATE = {"external_id": "update"}


async def test_import_undo_and_import_again_come_to_the_same(sender: Sender, desk: Desk) -> None:
    first = await sender.bring_in(TEXT, site_id=desk.site.id)
    before = await desk.titles("page_size=100&sort=title")

    undo = await sender.undo(first["operation_id"])
    assert undo["outcome"] == {
        "removed": 20,
        "restored": 0,
        "conflicts_total": 0,
        "conflicts": [],
        "site_ids": [desk.site.id],
    }
    assert (undo["status"], (await desk.listed())["total"]) == ("succeeded", 0)

    again = await sender.bring_in(TEXT, site_id=desk.site.id)
    assert again["result"]["counts"] == first["result"]["counts"]
    assert await desk.titles("page_size=100&sort=title") == before


async def test_what_it_made_goes_to_the_trash_with_history_and_out_of_the_counts(
    sender: Sender, desk: Desk
) -> None:
    done = await sender.bring_in(table(ROW), site_id=desk.site.id)
    (row,) = (await desk.listed())["interactions"]

    await sender.undo(done["operation_id"])

    newest = (await desk.history(row["id"]))[0]
    assert (newest["change_type"], newest["version"]) == ("DELETE", 2)
    assert newest["before_state"]["title"] == "A meeting"
    assert newest["changes"]["title"] == {"old": "A meeting", "new": None}
    counted = (await desk.client.get("/statistics?by=type")).json()
    assert counted["count"] == 0


async def test_what_it_changed_is_as_it_was_before(sender: Sender, desk: Desk) -> None:
    stored = await desk.create(external_id="k1", title="As it was", site_id=desk.site.id)
    done = await sender.bring_in(TEXT, site_id=desk.site.id, duplicates=UPDATE)
    assert counts(done["result"]) == {"created": 19, "updated": 1}

    undo = await sender.undo(done["operation_id"])

    assert (undo["outcome"]["removed"], undo["outcome"]["restored"]) == (19, 1)
    (row,) = (await desk.listed())["interactions"]
    kept = ("title", "lead", "description", "location", "start_datetime", "external_id")
    assert {name: row[name] for name in kept} == {name: stored[name] for name in kept}
    assert row["version"] == 3


async def test_what_was_changed_since_is_told_and_left(sender: Sender, desk: Desk) -> None:
    await desk.create(external_id="k1", title="As it was", site_id=desk.site.id)
    done = await sender.bring_in(TEXT, site_id=desk.site.id, duplicates=UPDATE)
    touched = []
    for key in ("k1", "k2", "k3"):
        (row,) = (await desk.listed(f"external_id={key}"))["interactions"]
        touched.append(row["id"])
    for row_id in touched[:2]:
        await desk.client.patch(f"/interactions/{row_id}", json={"location": "Elsewhere"})
    await desk.client.delete(f"/interactions/{touched[2]}")

    outcome = (await sender.undo(done["operation_id"]))["outcome"]

    assert (outcome["removed"], outcome["restored"], outcome["conflicts_total"]) == (17, 0, 3)
    assert [(one["interaction_id"], one["reason"]) for one in outcome["conflicts"]] == [
        (row_id, "changed_since") for row_id in sorted(touched)
    ]
    assert (await desk.listed("location=Elsewhere"))["total"] == 2


async def test_a_key_that_another_has_taken_by_now_is_a_conflict_and_the_rest_is_restored(
    sender: Sender, desk: Desk, api: FastAPI, engine: AsyncEngine
) -> None:
    operation_id = await make_operation(api, desk.user)
    first, second = [
        (await desk.create(external_id=key, site_id=desk.site.id))["id"] for key in ("a", "b")
    ]
    async with scoped_session(engine, SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})) as one:
        rows = (await one.scalars(select(Interaction))).all()
        moved = [(row, {"external_id": f"moved-{row.external_id}"}) for row in rows]
        await update_interactions(one, moved, operation_id=operation_id)
    await desk.create(external_id="a", site_id=desk.site.id)

    outcome = (await sender.undo(str(operation_id)))["outcome"]

    assert (outcome["restored"], outcome["conflicts_total"]) == (1, 1)
    assert outcome["conflicts"] == [
        {"site_id": desk.site.id, "interaction_id": first, "reason": "external_id_taken"}
    ]
    keys = {row["id"]: row["external_id"] for row in (await desk.listed())["interactions"]}
    assert (keys[first], keys[second]) == ("moved-a", "b")


async def test_a_key_that_it_gave_is_taken_off_again(sender: Sender, desk: Desk) -> None:
    await desk.create(external_id="old", title="A meeting", site_id=desk.site.id)
    header = [*HEADER[:1], "external_id", *HEADER[1:]]
    rows = table(["A meeting", "new", *ROW[1:]], header=header)
    (row,) = (await desk.listed())["interactions"]
    await desk.client.patch(f"/interactions/{row['id']}", json={"external_id": None})
    done = await sender.bring_in(rows, site_id=desk.site.id, duplicates={"similar": "update"})
    assert counts(done["result"]) == {"updated": 1}

    undo = await sender.undo(done["operation_id"])

    assert undo["outcome"]["restored"] == 1
    (back,) = (await desk.listed())["interactions"]
    assert back["external_id"] is None


async def test_it_is_taken_back_once_and_by_its_owner(sender: Sender, desk: Desk) -> None:
    done = await sender.bring_in(TEXT, site_id=desk.site.id)
    await sender.undo(done["operation_id"])

    again = await desk.client.post(f"/operations/{done['operation_id']}/undo")

    assert "nothing of it is left" in error_of(again, 409)["message"]


@pytest.mark.usefixtures("small_chunks")
async def test_what_was_taken_back_is_not_written_on_when_its_job_is_tried_again(
    sender: Sender, desk: Desk, make: Make, client_for: ClientFor, engine: AsyncEngine
) -> None:
    done = await sender.check(TEXT, site_id=desk.site.id)
    with patch.object(jobs.Commit, "take", dying(jobs.Commit.take, 1)):
        asked = (await desk.client.post(f"/imports/{done['id']}/commit")).json()
        with suppress(KilledError):
            await sender.desk.work_off()
    await give_up(engine, asked["job_id"])
    assert (await sender.undo(asked["operation_id"]))["outcome"]["removed"] == 10

    admin = client_for(await make.user(is_system_admin=True))
    assert (await admin.post(f"/jobs/{asked['job_id']}/retry")).status_code == 202
    await sender.desk.work_off()

    told = (await desk.client.get(f"/imports/{done['id']}")).json()
    assert (told["status"], told["error"]["code"]) == ("failed", "file_refused")
    assert "taken back" in told["error"]["message"]
    assert (await desk.listed())["total"] == 0


async def at_two_sites(sender: Sender, desk: Desk, other: Site) -> str:
    """An import of a row for the desk's site and three for another; answers the operation."""
    rows = [[*ROW, site.name] for site in (desk.site, other, other, other)]
    done = await sender.bring_in(table(*rows, header=[*HEADER, "site"]))
    assert counts(done["result"]) == {"created": 4}
    return str(done["operation_id"])


async def test_what_was_taken_back_at_one_site_is_at_the_others_when_it_is_asked_again(
    sender: Sender, desk: Desk, make: Make
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    operation_id = await at_two_sites(sender, desk, other)
    named = {"X-Site-ID": str(desk.site.id)}
    asked = await desk.client.post(f"/operations/{operation_id}/undo", headers=named)
    first = (await sender.done(asked))["undo"]["outcome"]
    assert (first["removed"], first["site_ids"]) == (1, [desk.site.id])
    again = await desk.client.post(f"/operations/{operation_id}/undo", headers=named)
    assert error_of(again, 409)

    both = await sender.undo(operation_id)

    assert (both["status"], both["outcome"]["removed"]) == ("succeeded", 4)
    assert both["outcome"]["site_ids"] == sorted([desk.site.id, other.id])
    assert (await desk.listed())["total"] == 0
    assert error_of(await desk.client.post(f"/operations/{operation_id}/undo"), 409)


async def test_a_site_whose_editor_one_becomes_later_is_not_left_out_for_good(
    sender: Sender, desk: Desk, make: Make, engine: AsyncEngine
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    operation_id = await at_two_sites(sender, desk, other)
    await change_role(engine, desk, other, Role.VIEWER)
    assert (await sender.undo(operation_id))["outcome"]["removed"] == 1
    await change_role(engine, desk, other, Role.EDITOR)

    assert (await sender.undo(operation_id))["outcome"]["removed"] == 4


async def change_role(engine: AsyncEngine, desk: Desk, site: Site, role: Role) -> None:
    """Give the desk's user another role at a site."""
    scope = SiteScope(desk.user.id, {site.id: Role.SITE_ADMIN})
    async with scoped_session(engine, scope) as session:
        row = (await session.scalars(select(Membership))).one()
        row.role = role.value


async def test_what_is_still_being_written_is_not_taken_back(sender: Sender, desk: Desk) -> None:
    done = await sender.check(TEXT, site_id=desk.site.id)
    asked = (await desk.client.post(f"/imports/{done['id']}/commit")).json()

    answer = await desk.client.post(f"/operations/{asked['operation_id']}/undo")

    assert "still being written" in error_of(answer, 409)["message"]


async def test_an_undo_that_was_cut_off_goes_on_and_counts_all(
    sender: Sender, desk: Desk, engine: AsyncEngine
) -> None:
    done = await sender.bring_in(TEXT, site_id=desk.site.id)
    with patch.object(undoing, "BATCH", 5):
        with patch.object(undoing.Undoing, "undo_some", dying(undoing.Undoing.undo_some, 2)):
            await desk.client.post(f"/operations/{done['operation_id']}/undo")
            with suppress(KilledError):
                await sender.desk.work_off()
        assert (await desk.listed())["total"] == 10
        told = (await desk.client.get(f"/operations/{done['operation_id']}")).json()["undo"]
        await silence(engine, told["job_id"])

        await sender.desk.work_off()

    told = (await desk.client.get(f"/operations/{done['operation_id']}")).json()["undo"]
    assert told["outcome"]["removed"] == 20
    assert (await desk.listed())["total"] == 0


async def test_what_is_restored_after_an_undo_is_there_as_if_nobody_had_taken_it_back(
    sender: Sender, desk: Desk
) -> None:
    done = await sender.bring_in(TEXT, site_id=desk.site.id)
    (row,) = (await desk.listed("external_id=k1"))["interactions"]
    await sender.undo(done["operation_id"])

    restored = await desk.client.post(f"/interactions/{row['id']}/restore")

    assert restored.status_code == 200, restored.text
    kinds = [(one["change_type"], one["operation"]) for one in await desk.history(row["id"])]
    assert [(change, operation and operation["kind"]) for change, operation in kinds] == [
        ("RESTORE", None),
        ("DELETE", "undo"),
        ("CREATE", "import"),
    ]
    again = await sender.bring_in(TEXT, site_id=desk.site.id)
    assert counts(again["result"]) == {"created": 19, "skipped": 1}
    await desk.client.delete(f"/interactions/{row['id']}")
    third = await sender.bring_in(table(ROWS[1], header=WITH_ID), site_id=desk.site.id)
    assert counts(third["result"]) == {"refused": 1}

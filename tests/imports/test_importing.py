"""Rows that become interactions, once."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.imports.chunks import CHUNK
from app.interactions.creating import create_interaction
from app.models import Interaction, InteractionChange
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session
from tests.desk import Desk
from tests.factories import START, body
from tests.imports.importing import MAPS, Importing, line, outcome


async def test_an_imported_interaction_and_its_history_are_as_the_api_writes_them(
    importing: Importing, desk: Desk
) -> None:
    importing.write(f"k1,{desk.site.name},Project kickoff,2026-06-12T16:00:00,John Smith")
    made = await desk.create(
        **body(description="Met John Smith", location=None, external_id="other")
    )

    await importing.run()

    (imported,) = (await desk.listed("external_id=k1"))["interactions"]
    differing = {"id", "external_id", "created_at", "updated_at"}
    assert {k: v for k, v in imported.items() if k not in differing} == {
        k: v for k, v in made.items() if k not in differing
    }
    (one,), (other,) = await desk.history(imported["id"]), await desk.history(made["id"])
    for change in (one, other):
        assert change["after_state"].pop("external_id") in ("k1", "other")
        assert change["changes"].pop("external_id")
        del change["id"], change["changed_at"]
    assert (one.pop("operation")["kind"], other.pop("operation")) == ("import", None)
    assert one == other


async def test_the_second_time_nothing_changes(
    importing: Importing, desk: Desk, engine: AsyncEngine
) -> None:
    importing.write(line(desk.site.name, "k1"), line(desk.site.name, "k2"))
    await importing.run()
    before = await stored(engine, desk)

    summary = await importing.run()

    assert outcome(summary) == {"unchanged": 2}
    assert await stored(engine, desk) == before


async def test_a_row_that_differs_is_updated_with_history(importing: Importing, desk: Desk) -> None:
    importing.write(line(desk.site.name, "k1"), line(desk.site.name, "k2", title="Before that"))
    await importing.run()
    importing.write(line(desk.site.name, "k2", title="After that"))

    assert outcome(await importing.run()) == {"updated": 1}

    (row,) = (await desk.listed("external_id=k2"))["interactions"]
    assert (row["title"], row["version"]) == ("After that", 2)
    change = (await desk.history(row["id"]))[0]
    assert change["changes"] == {"title": {"old": "Before that", "new": "After that"}}


async def test_rows_without_external_id_are_always_new(importing: Importing, desk: Desk) -> None:
    importing.write(line(desk.site.name, title="Twice the same"))

    await importing.run()
    await importing.run()

    assert await desk.titles() == ["Twice the same", "Twice the same"]


async def test_one_operation_is_on_all_rows_and_changes_and_on_no_later_edit(
    importing: Importing, desk: Desk, engine: AsyncEngine
) -> None:
    importing.write(line(desk.site.name, "k1"), line(desk.site.name, "k2"))
    summary = await importing.run()
    (row,) = (await desk.listed("external_id=k1"))["interactions"]

    await desk.client.patch(f"/interactions/{row['id']}", json={"location": "Room B"})

    operation = summary.operation_id
    rows, changes = await operations(engine, desk)
    assert rows == {"k1": None, "k2": operation}
    assert changes == [("CREATE", operation), ("CREATE", operation), ("UPDATE", None)]


async def test_the_second_row_with_an_external_id_is_refused(
    importing: Importing, desk: Desk
) -> None:
    bad, good, again = (line(desk.site.name, "k1", title=t) for t in ("Bad", "Good one", "Again"))
    importing.write(bad, good, again)

    assert outcome(await importing.run()) == {"created": 1, "refused": 2}

    assert [(row["title"], row["#field"]) for row in importing.refused()] == [
        ("Bad", "title"),
        ("Again", "external_id"),
    ]


async def test_what_lies_in_the_trash_is_neither_brought_back_nor_made_again(
    importing: Importing, desk: Desk
) -> None:
    importing.write(line(desk.site.name, "k1"))
    await importing.run()
    (row,) = (await desk.listed("external_id=k1"))["interactions"]
    await desk.client.delete(f"/interactions/{row['id']}")

    assert outcome(await importing.run()) == {"refused": 1}

    assert "in the trash" in importing.refused()[0]["#reason"]
    await desk.create(external_id="k1")
    assert outcome(await importing.run()) == {"updated": 1}


async def test_many_rows_are_written_in_batches(importing: Importing, desk: Desk) -> None:
    importing.write(*(line(desk.site.name, f"k{number}") for number in range(CHUNK + 1)))

    assert outcome(await importing.run()) == {"created": CHUNK + 1}

    assert (await desk.listed())["total"] == CHUNK + 1


async def test_refused_rows_can_be_corrected_and_imported_as_what_they_were(
    importing: Importing, desk: Desk
) -> None:
    maps = ("external_id:=file-#row", *MAPS[1:])
    lines = [
        line(desk.site.name),
        line(desk.site.name, title="x"),
        line(desk.site.name, who='"a,b"'),
    ]
    importing.write(*lines, f"{lines[0]},too,many")
    assert outcome(await importing.run(maps)) == {"created": 2, "refused": 2}
    refused = importing.refused_path.read_text("utf-8-sig")
    importing.path.write_text(refused.replace(",x,", ",Corrected,"), "utf-8")

    assert outcome(await importing.run(maps)) == {"created": 1, "refused": 1}

    titles = [row["title"] for row in (await desk.listed("external_id=file-2"))["interactions"]]
    assert titles == ["Corrected"]
    assert importing.refused_path.read_text("utf-8-sig").splitlines()[1].endswith("too,many")


async def test_no_file_of_refused_rows_is_left_when_there_are_none(
    importing: Importing, desk: Desk
) -> None:
    importing.write(line(desk.site.name))
    importing.refused_path.write_text("of another time")

    await importing.run()

    assert not importing.refused_path.exists()


async def test_a_batch_is_written_again_when_somebody_else_was_faster(
    importing: Importing, desk: Desk, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    importing.write(line(desk.site.name, "k1", title="From the file"))
    async with scoped_session(engine, scope_of(desk)) as session:
        # Not committed, so the import does not see it, and waits for it when it writes.
        times = {"start_datetime": START, "end_datetime": START + timedelta(hours=1)}
        content = body(external_id="k1") | times
        await create_interaction(session, desk.site.id, content)
        running = asyncio.create_task(importing.run())
        await until_waiting(admin_engine)

    assert outcome(await running) == {"updated": 1}


async def until_waiting(admin_engine: AsyncEngine) -> None:
    """Wait until some statement waits for what another transaction holds."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with admin_engine.connect() as connection:
        while not await connection.scalar(waiting):
            await connection.rollback()  # within one transaction the answer stays the same
            await asyncio.sleep(0.01)


async def stored(engine: AsyncEngine, desk: Desk) -> list[tuple[object, ...]]:
    """All that the database holds of a site's interactions, system columns included."""
    async with read_session(engine, scope_of(desk)) as session:
        rows = await session.execute(
            text("SELECT i.*, i.xmin, i.xmax FROM app.interactions i ORDER BY i.id")
        )
        changes = await session.execute(text("SELECT * FROM app.interaction_changes ORDER BY id"))
        return [tuple(map(str, row)) for row in (*rows, *changes)]


async def operations(
    engine: AsyncEngine, desk: Desk
) -> tuple[dict[str | None, UUID | None], list[tuple[str, UUID | None]]]:
    """The operation of each row by external id, and of each change in order."""
    async with read_session(engine, scope_of(desk)) as session:
        rows = await session.execute(select(Interaction.external_id, Interaction.operation_id))
        changes = await session.execute(
            select(InteractionChange.change_type, InteractionChange.operation_id).order_by(
                InteractionChange.id
            )
        )
        return dict(rows.all()), list(changes.all())


def scope_of(desk: Desk) -> SiteScope:
    return SiteScope(user_id=desk.user.id, roles={desk.site.id: Role.EDITOR})

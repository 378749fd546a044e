"""What is due goes for good, in batches, at its own site alone, and never what is held."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit_events.jobs import remove_at_site
from app.core.database_errors import sqlstate_of
from app.core.vocabulary import Role
from app.interactions.counts import generation
from app.retention import jobs
from app.retention.jobs import apply_retention
from app.retention.removing import delete_history, purge_interactions
from app.retention.rules import Bounds
from app.tenancy.session import scoped_session
from tests.desk import ClientFor, error_of
from tests.factories import Make
from tests.interactions.test_counts import differences
from tests.retention.conftest import MakeArchive
from tests.retention.keeping import Archive

YEAR = 365.25

EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "ended_days": st.sampled_from([-5, 1, 300, 364, 367, 2.9 * YEAR, 3.1 * YEAR, 20_000]),
            "trashed_days": st.sampled_from([None, None, 0.5, 9, 11, 29, 31, 4_000]),
            "changed_days": st.sampled_from([0, 29, 31, 99, 101, 4_000]),
            "held": st.sampled_from([False, False, False, True]),
            "type": st.sampled_from(["CALL", "MEETING"]),
        }
    ),
    max_size=8,
)
rules = st.fixed_dictionaries(
    {
        "interactions_years": st.sampled_from([None, 1, 3]),
        "trash_days": st.sampled_from([None, 1, 10]),
        "history_days": st.sampled_from([None, 30, 100]),
    }
)
events = st.lists(
    st.tuples(
        st.sampled_from(["logout", "access_denied", "member.added", "of.no.class"]),
        st.sampled_from([1, 29.9, 39, 41, 79, 81, 9_999]),
    ),
    max_size=6,
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)


@EXAMPLES
@given(rows=rows, rules=rules, events=events)
async def test_a_run_removes_what_the_preview_told_and_nothing_else(
    make_archive: MakeArchive,
    rows: list[dict[str, Any]],
    rules: dict[str, Any],
    events: list[tuple[str, float]],
) -> None:
    archive, other = await make_archive(), await make_archive()
    await other.add(ended_days=30 * YEAR, changed_days=4_000)
    await archive.rule(**rules, audit_days={"authentication": 40, "access": 80})
    for row in rows:
        await archive.add(**row)
    for action, days in events:
        await archive.happened(action, days=days)
    told = await archive.preview()
    ids, history = await archive.ids(), await archive.history()
    logged = await count_events(archive)
    beside = (await other.ids(), await other.history(), await count_events(other))

    await archive.run()
    await remove_at_site(archive.engine, archive.settings, archive.scope, Counter())

    gone = ids - await archive.ids()
    assert len(gone) == told["interactions"]["count"] + told["trash"]["count"]
    first = told["interactions"]["first_ids"] + told["trash"]["first_ids"]
    assert sorted(gone) == sorted(first)  # there are no more than it names
    lost = sorted(set(history) - set(await archive.history()))
    assert len(history) - len(await archive.history()) == told["history"]["count"]
    assert lost == told["history"]["first_ids"]
    due = sum(one["count"] for one in told["audit_events"].values())
    applied = len(await archive.events("retention.applied"))
    assert await count_events(archive) == logged - due + applied
    assert await differences(archive.admin_engine, archive.scope) == []
    assert (await other.ids(), await other.history(), await count_events(other)) == beside
    left = await archive.preview()
    assert sum(left[kind]["count"] for kind in ("interactions", "trash", "history")) == 0


async def count_events(archive: Archive) -> int:
    """How many events a site has."""
    statement = text("SELECT count(*) FROM app.audit_events WHERE site_id = :site_id")
    async with archive.admin_engine.connect() as connection:
        return await connection.scalar(statement, {"site_id": archive.site.id}) or 0


async def test_the_preview_tells_from_when_to_when(archive: Archive) -> None:
    await archive.rule(interactions_years=1)
    rows = [await archive.add(ended_days=days) for days in (500, 400, 300)]
    held = await archive.add(ended_days=500, held=True)

    told = await archive.preview()

    assert told["interactions"]["count"] == 2
    assert told["interactions"]["first_ids"] == [rows[0].id, rows[1].id]
    oldest = datetime.fromisoformat(told["interactions"]["oldest"])
    newest = datetime.fromisoformat(told["interactions"]["newest"])
    assert (oldest, newest) == (rows[0].end_datetime, rows[1].end_datetime)
    assert told["held"] == 1
    assert await archive.ids() == {row.id for row in (*rows, held)}


async def test_a_run_that_was_killed_goes_on_where_it_was(archive: Archive) -> None:
    await archive.rule(interactions_years=1, history_days=30)
    due = {(await archive.add(ended_days=500, changed_days=400)).id for _ in range(24)}
    stays = (await archive.add()).id

    runs = 0
    while await archive.ids() & due:
        before = len(await archive.ids())
        run = asyncio.create_task(archive.run())
        # The database does not say when it has come so far.
        while not run.done() and len(await archive.ids()) > before - 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
        run.cancel()  # as a worker that dies: what it is about is rolled back
        with suppress(asyncio.CancelledError):
            await run
        runs += 1
        assert await differences(archive.admin_engine, archive.scope) == []
    await archive.run()

    assert runs > 1
    assert await archive.ids() == {stays}
    assert await archive.history() == [stays]
    applied = await archive.events("retention.applied")
    assert sum(one.get("interactions", 0) for one in applied) == 24
    assert sum(one.get("history", 0) for one in applied) == 24


async def test_two_runs_at_once_remove_everything_once(archive: Archive) -> None:
    await archive.rule(interactions_years=1)
    for number in range(12):
        await archive.add(ended_days=500, trashed_days=9 if number % 2 else None)

    await asyncio.gather(archive.run(), archive.run(), archive.run())
    await archive.run()

    assert await archive.ids() == set()
    applied = await archive.events("retention.applied")
    assert sum(one["interactions"] + one["trash"] for one in applied) == 12
    assert await differences(archive.admin_engine, archive.scope) == []


async def test_what_is_held_stays_until_the_hold_is_lifted(archive: Archive) -> None:
    await archive.rule(interactions_years=1, trash_days=1, history_days=30)
    row = await archive.add(ended_days=500, changed_days=400)
    path = f"/interactions/{row.id}"
    assert (await archive.client.patch(path, json={"legal_hold": True})).json()["legal_hold"]
    trashed = await archive.add(trashed_days=50, changed_days=400, held=True)

    await archive.run()
    assert await archive.ids() == {row.id, trashed.id}
    assert set(await archive.history()) == {row.id, trashed.id}

    assert (await archive.client.patch(path, json={"legal_hold": False})).status_code == 200
    await archive.run()
    assert await archive.ids() == {trashed.id}


async def test_a_purge_is_a_write_that_lists_know_of(archive: Archive, engine: AsyncEngine) -> None:
    await archive.add(trashed_days=50)
    async with scoped_session(engine, archive.scope) as session:
        before = await generation(session)

    await archive.run()

    async with scoped_session(engine, archive.scope) as session:
        assert await generation(session) > before


async def test_every_site_has_its_own_rules(make_archive: MakeArchive) -> None:
    strict, lax = await make_archive(), await make_archive()
    await strict.rule(interactions_years=1)
    await strict.add(ended_days=500)
    kept = await lax.add(ended_days=500)
    await lax.add(trashed_days=31)  # by the installation's rule

    await apply_retention({"engine": strict.engine, "settings": strict.settings})

    assert await strict.ids() == set()
    assert await lax.ids() == {kept.id}


async def test_the_database_spares_what_is_new_and_held_and_anothers_whoever_asks(
    make_archive: MakeArchive, engine: AsyncEngine
) -> None:
    archive, other = await make_archive(), await make_archive()
    kept = [
        await archive.add(ended_days=364),
        await archive.add(trashed_days=0.9),
        await archive.add(ended_days=4_000, held=True),
    ]
    others = await other.add(ended_days=4_000, trashed_days=3_000)
    soon = datetime.now(UTC) + timedelta(days=9_999)
    bounds = Bounds(ended=soon, trashed=soon, changed=soon, happened={})

    async with scoped_session(engine, archive.scope) as session:
        for site_id in (archive.site.id, other.site.id):
            await purge_interactions(session, site_id, bounds, most=100)
            await delete_history(session, site_id, bounds, behind=0, most=100)

    assert await archive.ids() == {row.id for row in kept}
    assert len(await archive.history()) == 3
    assert (await other.ids(), await other.history()) == ({others.id}, [others.id])


@pytest.mark.parametrize("table", ["interactions", "interaction_changes"])
async def test_there_is_no_other_way_to_remove_them(
    archive: Archive, engine: AsyncEngine, table: str
) -> None:
    await archive.add()
    statement = {
        "interactions": "DELETE FROM app.interactions",
        "interaction_changes": "DELETE FROM app.interaction_changes",
    }[table]
    with pytest.raises(DBAPIError) as refusal:
        async with scoped_session(engine, archive.scope) as session:
            await session.execute(text(statement))
    assert sqlstate_of(refusal.value) == "42501"


async def test_the_history_of_what_was_purged_is_for_the_admins(
    archive: Archive, make: Make, client_for: ClientFor
) -> None:
    row = await archive.add(trashed_days=50)
    viewer = client_for(await make.member(archive.site, role=Role.VIEWER))
    stranger = client_for(await make.member(await make.site(), role=Role.SITE_ADMIN))
    await archive.run()

    path = f"/interactions/{row.id}/history"
    response = await archive.client.get(path)
    assert [one["change_type"] for one in response.json()["history"]] == ["CREATE"]
    error_of(await viewer.get(path), 404)
    error_of(await stranger.get(path), 404)


async def test_history_and_audit_outlive_what_was_purged(archive: Archive) -> None:
    row = await archive.add(trashed_days=50)
    path = f"/interactions/{row.id}"
    restored = await archive.client.post(f"{path}/restore")
    assert restored.status_code == 200, restored.text
    await archive.client.delete(path)
    await archive.age(row.id, trashed_days=50)

    await archive.run()

    assert await archive.ids() == set()
    kinds = ["DELETE", "RESTORE", "CREATE"]
    history = (await archive.client.get(f"{path}/history")).json()["history"]
    assert [one["change_type"] for one in history] == kinds
    told = (await archive.client.get("/audit-events?action=interaction.restored")).json()
    assert [one["subject"] for one in told["audit_events"]] == [f"interaction:{row.id}"]
    stream = (await archive.client.get(f"/sites/{archive.site.id}/activity")).json()["activity"]
    assert [one["change_type"] for one in stream] == kinds
    error_of(await archive.client.post(f"{path}/restore", json={"version": 1}), 404)


async def test_what_was_restored_is_not_purged(archive: Archive) -> None:
    row, other = await archive.add(trashed_days=50), await archive.add(trashed_days=50)
    assert (await archive.client.post(f"/interactions/{row.id}/restore")).status_code == 200

    await archive.run()

    assert await archive.ids() == {row.id}
    assert other.id not in await archive.ids()
    assert await differences(archive.admin_engine, archive.scope) == []

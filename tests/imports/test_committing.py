"""What was looked through is written: once, whoever dies meanwhile."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import unscoped_transaction
from app.core.vocabulary import Role
from app.imports import chunks, jobs
from app.imports.jobs import remove_import_files
from app.models import Import, InteractionChange, Membership
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session
from tests.desk import Desk, error_of
from tests.factories import Make
from tests.imports.dying import KilledError, dying, silence
from tests.imports.making import HEADER, ROW, TEXT, make_import, table
from tests.imports.sending import Sender, counts, import_desk


def numbered(count: int) -> str:
    """A file of rows that differ, each fifth of which is refused."""
    rows = [["Hi" if n % 5 == 0 else f"Meeting {n}", *ROW[1:], f"k{n}"] for n in range(count)]
    return table(*rows, header=[*HEADER, "external_id"])


async def job_of(desk: Desk, import_id: int) -> int:
    """The job that works on an import."""
    job_id: int = (await desk.client.get(f"/imports/{import_id}")).json()["job_id"]
    return job_id


async def changes_of(engine: AsyncEngine, desk: Desk) -> int:
    """How many entries the history of the desk's site has."""
    scope = SiteScope(desk.user.id, {desk.site.id: Role.VIEWER})
    async with read_session(engine, scope) as session:
        return await session.scalar(select(func.count()).select_from(InteractionChange)) or 0


async def test_rows_become_interactions_with_history(
    sender: Sender, desk: Desk, engine: AsyncEngine
) -> None:
    done = await sender.bring_in(numbered(20), site_id=desk.site.id)

    assert (done["status"], done["stage"]) == ("succeeded", "commit")
    assert counts(done["result"]) == {"created": 16, "refused": 4}
    assert (await desk.listed())["total"] == 16
    assert await changes_of(engine, desk) == 16
    assert done["operation_id"] is not None


async def test_the_refused_rows_can_be_corrected_and_sent_again(sender: Sender, desk: Desk) -> None:
    rows = [["Hi", *ROW[1:5], '=HYPERLINK("evil")'], ["@Hi", *ROW[1:]], ROW]
    done = await sender.bring_in(table(*rows), site_id=desk.site.id)
    errors = await sender.errors(done["id"])
    assert errors.splitlines()[1].startswith("Hi,meeting,Ada")
    assert "'=HYPERLINK" in errors
    assert "'@Hi" in errors

    corrected = errors.replace("Hi,meeting", "Hi there,meeting")
    again = await sender.bring_in(corrected, site_id=desk.site.id)

    assert counts(again["result"]) == {"created": 2}
    assert sorted(await desk.titles()) == ["@Hi there", "A meeting", "Hi there"]
    (row,) = (await desk.listed("title=Hi there&sort=title&page_size=1&page=2"))["interactions"]
    assert row["description"] == '=HYPERLINK("evil")'


async def test_what_is_committed_is_committed_once(sender: Sender, desk: Desk) -> None:
    done = await sender.bring_in(TEXT, site_id=desk.site.id)

    for answer in (
        await desk.client.post(f"/imports/{done['id']}/commit"),
        await desk.client.patch(f"/imports/{done['id']}", json={"tz": "UTC"}),
    ):
        assert "committed" in error_of(answer, 409)["message"]
    assert (await desk.listed())["total"] == 1


async def test_a_file_is_not_committed_before_it_was_looked_through(
    sender: Sender, desk: Desk
) -> None:
    sent = (await sender.post(TEXT, site_id=desk.site.id)).json()

    answer = await desk.client.post(f"/imports/{sent['id']}/commit")

    assert "still being looked through" in error_of(answer, 409)["message"]


async def test_a_file_for_several_sites_is_not_committed_for_one_of_them(
    sender: Sender, desk: Desk, make: Make
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    rows = [[*ROW, site.name] for site in (desk.site, other)]
    done = await sender.check(table(*rows, header=[*HEADER, "site"]))

    answer = await desk.client.post(
        f"/imports/{done['id']}/commit", headers={"X-Site-ID": str(desk.site.id)}
    )

    assert "more sites" in error_of(answer, 409)["message"]
    assert counts((await sender.commit(done["id"]))["result"]) == {"created": 2}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("dies_at", [0, 1, 3])
async def test_a_worker_that_dies_leaves_nothing_twice_and_nothing_out(
    sender: Sender, desk: Desk, engine: AsyncEngine, dies_at: int
) -> None:
    done = await sender.check(numbered(50), site_id=desk.site.id)
    with patch.object(jobs.Commit, "take", dying(jobs.Commit.take, dies_at)):
        await sender.client.post(f"/imports/{done['id']}/commit")
        with suppress(KilledError):
            await sender.desk.work_off()
    await silence(engine, await job_of(desk, done["id"]))

    await sender.desk.work_off()

    result = (await desk.client.get(f"/imports/{done['id']}")).json()
    assert (result["status"], counts(result["result"])) == (
        "succeeded",
        {"created": 40, "refused": 10},
    )
    assert (await desk.listed())["total"] == 40
    assert await changes_of(engine, desk) == 40
    assert len((await sender.errors(done["id"])).splitlines()) == 11


@pytest.mark.usefixtures("small_chunks")
async def test_an_attempt_that_is_over_writes_nothing_more(
    sender: Sender, desk: Desk, engine: AsyncEngine
) -> None:
    done = await sender.check(numbered(50), site_id=desk.site.id)
    take = jobs.Commit.take

    async def overtaken(self: jobs.Commit, chunk: chunks.Chunk) -> object:
        found = await take(self, chunk)
        async with unscoped_transaction(engine) as session:  # another worker takes the job
            await session.execute(
                text("UPDATE app.jobs SET attempt = attempt + 1 WHERE status = 'running'")
            )
        return found

    with patch.object(jobs.Commit, "take", overtaken):
        await sender.client.post(f"/imports/{done['id']}/commit")
        await sender.desk.work_off()

    assert (await desk.listed())["total"] == 8
    await silence(engine, await job_of(desk, done["id"]))
    await sender.desk.work_off()
    assert (await desk.listed())["total"] == 40
    assert await changes_of(engine, desk) == 40


@pytest.mark.usefixtures("small_chunks")
async def test_two_workers_at_once_write_each_row_once(
    sender: Sender, desk: Desk, engine: AsyncEngine, settings: Settings
) -> None:
    done = await sender.check(numbered(200), site_id=desk.site.id)
    await sender.client.post(f"/imports/{done['id']}/commit")
    desks = [sender.desk, import_desk(settings, engine)]
    working = [asyncio.create_task(one.work_off()) for one in desks]
    while not (await desk.listed())["total"]:  # noqa: ASYNC110 - the database tells nobody
        await asyncio.sleep(0.01)
    await silence(engine, await job_of(desk, done["id"]))
    await asyncio.gather(*working)
    await import_desk(settings, engine).work_off()

    assert (await desk.listed())["total"] == 160
    assert await changes_of(engine, desk) == 160


async def test_a_role_that_is_lost_meanwhile_is_lost_for_the_rows(
    sender: Sender, desk: Desk, engine: AsyncEngine, make: Make
) -> None:
    other = await make.site()
    await make.membership(other, desk.user, Role.EDITOR)
    done = await sender.check(TEXT, site_id=desk.site.id)
    scope = SiteScope(desk.user.id, {desk.site.id: Role.SITE_ADMIN})
    async with scoped_session(engine, scope) as session:
        row = (await session.scalars(select(Membership))).one()
        row.role = Role.VIEWER.value

    result = (await sender.commit(done["id"]))["result"]

    assert counts(result) == {"refused": 1}
    assert result["errors"][0]["errors"] == {"site": "This needs the role editor at the site"}


async def test_the_file_is_gone_once_it_is_written_and_the_refused_rows_after_a_day(
    sender: Sender, desk: Desk, engine: AsyncEngine, api: FastAPI
) -> None:
    done = await sender.bring_in(table(["Hi", *ROW[1:]]), site_id=desk.site.id)
    async with unscoped_transaction(engine) as session:
        row = await session.get_one(Import, done["id"])
        assert row.file_key is None
        row.expires_at = func.now()

    await remove_import_files({"desk": sender.desk})

    answer = await desk.client.get(f"/imports/{done['id']}/errors")
    assert error_of(answer, 404)
    assert row.errors_key not in await api.state.storage.keys("imports")


async def test_the_files_of_what_is_worked_on_stay_and_old_imports_are_forgotten(
    sender: Sender, desk: Desk, engine: AsyncEngine, api: FastAPI
) -> None:
    waiting = (await sender.post(TEXT, site_id=desk.site.id)).json()["id"]
    old, recent = [
        await make_import(api, desk.user, desk.site, file_key=None, errors_key=None)
        for _ in range(2)
    ]
    async with unscoped_transaction(engine) as session:
        (await session.get_one(Import, waiting)).expires_at = func.now()
        (await session.get_one(Import, old)).created_at = datetime.now(UTC) - timedelta(days=91)

    await remove_import_files({"desk": sender.desk})

    ids = [row["id"] for row in (await desk.client.get("/imports")).json()["imports"]]
    assert sorted(ids) == sorted([waiting, recent])
    async with unscoped_transaction(engine) as session:
        assert (await session.get_one(Import, waiting)).file_key is not None


async def test_a_file_that_nobody_commits_is_gone_after_a_day(
    sender: Sender, desk: Desk, engine: AsyncEngine, api: FastAPI
) -> None:
    import_id = await make_import(api, desk.user, desk.site)
    async with unscoped_transaction(engine) as session:
        row = await session.get_one(Import, import_id)
        row.expires_at = func.now()

    await remove_import_files({"desk": sender.desk})

    told = (await desk.client.get(f"/imports/{import_id}")).json()
    assert told["status"] == "expired"
    assert row.file_key not in await api.state.storage.keys("imports")
    answer = await desk.client.post(f"/imports/{import_id}/commit")
    assert "send it again" in error_of(answer, 409)["message"]

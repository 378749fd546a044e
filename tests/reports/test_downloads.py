"""Downloading: the file as it is, part by part, and only for who may still see what is in it."""

import os
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.storage import FileGoneError
from app.core.vocabulary import Role
from app.jobs.files import WORK_SECONDS, remove_stray_folders
from app.jobs.jobs import remove_strays, sweep_jobs
from app.models import AuditEvent, Job, Membership
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from app.worker import create_desk
from tests.desk import error_of
from tests.factories import Client, Make
from tests.reports.conftest import Bench, Office
from tests.reports.making import make_report

TEXT = "0123456789"


def path_of(report_id: int) -> str:
    return f"/reports/{report_id}/download"


@pytest.fixture
async def report_id(api: FastAPI, office: Office) -> int:
    """A report whose file holds ten digits."""
    return await make_report(api, office.user, office.site, text=TEXT)


async def leave(office: Office) -> None:
    """Take the viewer's role at the site away."""
    scope = SiteScope(office.user.id, {office.site.id: Role.SITE_ADMIN})
    async with scoped_session(office.bench.place.engine, scope) as session:
        await session.delete(await session.get_one(Membership, (office.site.id, office.user.id)))


async def get(client: Client, report_id: int, **headers: str) -> tuple[int, str, str | None]:
    """Status, text and Content-Range of a download."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await client.get(path_of(report_id), headers=named)
    return answer.status_code, answer.text, answer.headers.get("Content-Range")


async def test_a_file_is_saved_and_never_shown_or_kept(office: Office, report_id: int) -> None:
    answer = await office.client.get(path_of(report_id))

    headers = answer.headers
    assert answer.text == TEXT
    assert headers["Content-Length"] == "10"
    assert headers["Content-Disposition"].startswith(
        f'attachment; filename="report-{report_id}.csv"'
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "text", "content_range"),
    [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
        ("bytes=4-", 206, "456789", "bytes 4-9/10"),
        ("bytes=-3", 206, "789", "bytes 7-9/10"),
        ("bytes=-30", 206, TEXT, "bytes 0-9/10"),
        ("bytes=8-99", 206, "89", "bytes 8-9/10"),
        ("bytes=5-2", 200, TEXT, None),
        ("bytes=0-1,4-5", 200, TEXT, None),
        ("bytes=-", 200, TEXT, None),
        ("lines=1-2", 200, TEXT, None),
        ("bytes=a-b", 200, TEXT, None),
        (f"bytes=0-{'9' * 30}", 200, TEXT, None),
    ],
)
async def test_a_part_can_be_asked_for(
    office: Office, report_id: int, asked: str, status: int, text: str, content_range: str | None
) -> None:
    assert await get(office.client, report_id, Range=asked) == (status, text, content_range)


async def test_a_part_behind_the_end_is_refused(office: Office, report_id: int) -> None:
    for asked in ("bytes=10-", "bytes=-0", "bytes=99-100"):
        answer = await office.client.get(path_of(report_id), headers={"Range": asked})
        assert error_of(answer, 416)["code"] == "range_not_satisfiable"
        assert answer.headers["Content-Range"] == "bytes */10"


async def test_each_download_is_an_event_also_of_a_part(
    office: Office, report_id: int, admin_engine: AsyncEngine
) -> None:
    for asked in ("bytes=1-", "bytes=-9"):
        await get(office.client, report_id, Range=asked)

    is_it = AuditEvent.subject == f"report:{report_id}", AuditEvent.action == "report.downloaded"
    async with admin_engine.connect() as connection:
        statement = select(AuditEvent.site_id).where(*is_it)
        assert list(await connection.scalars(statement)) == [office.site.id] * 2


async def test_a_download_goes_on_only_with_the_same_file(office: Office, report_id: int) -> None:
    etag = (await office.client.get(path_of(report_id))).headers["ETag"]

    same = await get(office.client, report_id, Range="bytes=5-", If_Range=etag)
    other = await get(office.client, report_id, Range="bytes=5-", If_Range='"another"')

    assert same[:2] == (206, "56789")
    assert other[:2] == (200, TEXT)


async def test_a_title_is_a_name_and_never_a_path(office: Office) -> None:
    report = await office.made(title='../../"R\N{LATIN SMALL LETTER E WITH ACUTE}sum": a\\b')

    answer = await office.client.get(path_of(report["id"]))

    named = answer.headers["Content-Disposition"]
    name = unquote(named.partition("filename*=UTF-8''")[2])
    assert name == report["file"]["name"]
    assert not set(name) & set('/\\":')
    assert not name.startswith(".")
    assert "R\N{LATIN SMALL LETTER E WITH ACUTE}sum" in name


async def test_who_has_left_a_site_cannot_download_what_tells_of_it(
    api: FastAPI, office: Office, report_id: int
) -> None:
    assert (await get(office.client, report_id))[0] == 200
    await leave(office)
    api.state.authenticator.callers.forget_all()

    error_of(await office.client.get(path_of(report_id)), 403)
    assert (await office.read(report_id))["status"] == "succeeded"


async def test_nor_does_a_header_or_a_key_for_other_sites_do(
    api: FastAPI, make: Make, office: Office, report_id: int
) -> None:
    other = await make.site()
    await make.membership(other, office.user, Role.VIEWER)
    api.state.authenticator.callers.forget_all()

    assert (await get(office.client, report_id, X_Site_ID=str(other.id)))[0] == 403
    assert (await get(office.client, report_id, X_Site_ID=str(office.site.id)))[0] == 200


async def test_a_report_is_made_of_what_its_owner_may_see_by_then(
    office: Office, make: Make, api: FastAPI
) -> None:
    other = await make.site()
    await make.membership(other, office.user, Role.VIEWER)
    for site in (office.site, other):
        await make.interaction(site, office.user)
    api.state.authenticator.callers.forget_all()
    asked = await office.ask()
    await leave(office)
    api.state.authenticator.callers.forget_all()

    await office.bench.run(asked["id"])

    report = await office.read(asked["id"])
    assert (report["site_ids"], report["rows_done"]) == ([other.id], 1)
    assert (await get(office.client, asked["id"]))[0] == 200


async def test_who_has_left_every_site_gets_nothing(office: Office) -> None:
    asked = await office.ask()
    await leave(office)

    await office.bench.run(asked["id"])

    report = await office.read(asked["id"])
    assert (report["status"], report["error_code"], report["file"]) == ("failed", "forbidden", None)


async def test_there_is_nothing_to_download_before_it_is_done(office: Office) -> None:
    asked = await office.ask()

    error_of(await office.client.get(path_of(asked["id"])), 409)


async def test_a_report_that_is_cancelled_is_not_made(office: Office) -> None:
    asked = await office.ask()

    for _ in range(2):
        response = await office.client.delete(f"/reports/{asked['id']}")
        assert response.status_code == 204
    assert (await office.read(asked["id"]))["status"] == "cancelled"


async def sweep(bench: Bench) -> None:
    place = bench.place
    desk = create_desk(place.settings, place.engine, place.reads)
    await sweep_jobs({"desk": desk})


async def key_of(admin_engine: AsyncEngine, report_id: int) -> str | None:
    async with admin_engine.connect() as connection:
        jobs = Job.__table__
        statement = jobs.select().where(jobs.c.id == report_id)
        key: str | None = (await connection.execute(statement)).one().file_key
        return key


async def test_a_dropped_file_is_gone(
    office: Office, report_id: int, admin_engine: AsyncEngine
) -> None:
    key = await key_of(admin_engine, report_id)
    assert key is not None

    await office.client.delete(f"/reports/{report_id}")
    error_of(await office.client.get(path_of(report_id)), 409)
    await sweep(office.bench)

    assert (await office.read(report_id))["status"] == "expired"
    with pytest.raises(FileGoneError):
        await office.bench.place.storage.size(key)
    assert await key_of(admin_engine, report_id) is None


async def test_a_file_is_kept_for_so_many_days(
    office: Office, report_id: int, admin_engine: AsyncEngine
) -> None:
    key = await key_of(admin_engine, report_id)
    assert key is not None
    async with admin_engine.begin() as connection:
        over = update(Job).where(Job.id == report_id)
        await connection.execute(over.values(expires_at=Job.created_at - timedelta(seconds=1)))

    await sweep(office.bench)

    assert (await office.read(report_id))["status"] == "expired"
    with pytest.raises(FileGoneError):
        await office.bench.place.storage.size(key)


async def test_a_file_that_no_job_knows_of_is_removed(
    office: Office, admin_engine: AsyncEngine
) -> None:
    report = await office.made()
    key, storage = await key_of(admin_engine, report["id"]), office.bench.place.storage
    assert key is not None
    stray = key.replace("/1.", "/7.")
    folder = office.bench.place.settings.ims_state_dir / "files"
    await storage.put(stray, folder / key)
    place = office.bench.place

    await remove_strays({"desk": create_desk(place.settings, place.engine, place.reads)})

    assert await storage.size(key) > 0
    with pytest.raises(FileGoneError):
        await storage.size(stray)


def test_what_a_dead_worker_was_writing_is_removed(tmp_path: Path) -> None:
    long_ago = time.time() - WORK_SECONDS - 1
    stray, others = tmp_path / "ims-report-x", tmp_path / "somebody-elses"
    for folder in (stray, others):
        (folder / "below").mkdir(parents=True)
        os.utime(folder, (long_ago, long_ago))
    (tmp_path / "ims-report-y").mkdir()

    removed = remove_stray_folders(tmp_path)

    assert removed == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ims-report-y", "somebody-elses"]

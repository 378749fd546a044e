"""Schedules: when they come, for whom, and how their owners hear of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import Job, Membership, ReportSchedule, User
from app.reports.schedules.jobs import ask_for_due_reports
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from app.worker import create_desk
from tests.desk import Json, error_of, refused_fields
from tests.factories import Make
from tests.post_office import post_office
from tests.reports.conftest import CSV, Office

SCHEDULE = CSV | {"cron": "0 7 * * mon", "tz": "Europe/Paris"}


async def keep(office: Office, **over: Any) -> Json:
    """A schedule of the viewer's."""
    response = await office.client.post("/report-schedules", json=SCHEDULE | over)
    assert response.status_code == 201, response.text
    kept: Json = response.json()
    return kept


async def let_it_come(office: Office, admin_engine: AsyncEngine, schedule: Json) -> Json:
    """Let the time of a schedule come; the schedule as it is then."""
    past = datetime.now(UTC) - timedelta(days=30)
    async with admin_engine.begin() as connection:
        due = update(ReportSchedule).where(ReportSchedule.id == schedule["id"])
        await connection.execute(due.values(next_run_at=past))
    place = office.bench.place
    desk = create_desk(place.settings, place.engine, place.reads)
    await ask_for_due_reports({"engine": place.engine, "desk": desk})
    read: Json = (await office.client.get(f"/report-schedules/{schedule['id']}")).json()
    return read


async def asked_by(admin_engine: AsyncEngine, user: User) -> list[int]:
    """The reports that somebody has."""
    async with admin_engine.connect() as connection:
        return list(await connection.scalars(select(Job.id).where(Job.owner_id == user.id)))


async def test_what_is_no_report_by_the_rules_of_today_holds_up_no_other(
    office: Office, admin_engine: AsyncEngine
) -> None:
    broken, whole = await keep(office, title="Broken by now"), await keep(office)
    async with admin_engine.begin() as connection:
        first = datetime.now(UTC) - timedelta(days=60)
        spoilt = update(ReportSchedule).where(ReportSchedule.id == broken["id"])
        await connection.execute(spoilt.values(content={"kind": "nonsense"}, next_run_at=first))

    read = await let_it_come(office, admin_engine, whole)

    assert read["last_report_id"] in await asked_by(admin_engine, office.user)
    async with admin_engine.connect() as connection:
        told = select(ReportSchedule.last_error_code).where(ReportSchedule.id == broken["id"])
        assert await connection.scalar(told) == "server_error"


async def test_the_next_times_are_shown_in_the_zone_of_the_line(office: Office) -> None:
    kept = await keep(office)

    times = [datetime.fromisoformat(time) for time in kept["next_runs"]]
    assert len(times) == 5
    assert {time.weekday() for time in times} == {0}
    assert {time.hour for time in times} <= {5, 6}  # seven o'clock in Paris, all year round
    assert times[0] > datetime.now(UTC)


async def test_a_report_is_made_once_for_each_time_and_missed_ones_once(
    office: Office, admin_engine: AsyncEngine, make: Make
) -> None:
    await make.interaction(office.site, office.user)
    kept = await keep(office, title="Every Monday")

    after = await let_it_come(office, admin_engine, kept)

    (report_id,) = await asked_by(admin_engine, office.user)
    assert (after["last_report_id"], after["last_error_code"]) == (report_id, None)
    assert after["next_runs"] == kept["next_runs"]
    await office.bench.run(report_id)
    report = await office.read(report_id)
    assert (report["status"], report["title"], report["rows_done"]) == (
        "succeeded",
        "Every Monday",
        1,
    )


async def test_its_owner_hears_of_it_by_a_link_without_any_data(
    office: Office,
    admin_engine: AsyncEngine,
    make: Make,
    settings: Settings,
    engine: AsyncEngine,
    tmp_path: Path,
) -> None:
    await make.interaction(office.site, office.user, title="Something confidential")
    after = await let_it_come(office, admin_engine, await keep(office, title="A telling title"))
    report_id = after["last_report_id"]
    async with post_office(settings, engine, folder=tmp_path, admin_engine=admin_engine) as post:
        await office.bench.run(report_id)

        letters = await post.deliver(office.user.email)

    (letter,) = [one.get_content() for one in letters]
    assert f"/api/v1/reports/{report_id}/download" in letter
    for told in ("confidential", "telling", office.site.name):
        assert told not in letter


async def test_a_report_that_was_asked_for_by_hand_is_not_announced(
    office: Office,
    admin_engine: AsyncEngine,
    settings: Settings,
    engine: AsyncEngine,
    tmp_path: Path,
) -> None:
    await office.made()

    async with post_office(settings, engine, folder=tmp_path, admin_engine=admin_engine) as post:
        assert await post.deliver(office.user.email) == []


async def test_it_is_made_under_the_access_of_that_moment(
    office: Office, admin_engine: AsyncEngine, make: Make
) -> None:
    kept = await keep(office)
    other = await make.site()
    await make.membership(other, office.user, Role.VIEWER)
    scope = SiteScope(office.user.id, {office.site.id: Role.SITE_ADMIN})
    async with scoped_session(office.bench.place.engine, scope) as session:
        await session.delete(await session.get_one(Membership, (office.site.id, office.user.id)))

    after = await let_it_come(office, admin_engine, kept)

    assert (await office.read(after["last_report_id"]))["site_ids"] == [other.id]


async def test_one_that_was_made_for_some_sites_stays_with_them(
    api: FastAPI, office: Office, admin_engine: AsyncEngine, make: Make
) -> None:
    other = await make.site()
    await make.membership(other, office.user, Role.VIEWER)
    api.state.authenticator.callers.forget_all()
    response = await office.client.post(
        "/report-schedules", json=SCHEDULE, headers={"X-Site-ID": str(other.id)}
    )

    after = await let_it_come(office, admin_engine, response.json())

    assert (await office.read(after["last_report_id"]))["site_ids"] == [other.id]


async def test_what_is_not_there_any_more_is_told_and_tried_again_next_time(
    office: Office, admin_engine: AsyncEngine
) -> None:
    search = {"name": "Gone soon", "query": {"q": "word"}}
    saved = (await office.client.post("/saved-searches", json=search)).json()
    kept = await keep(office, saved_search_id=saved["id"])
    await office.client.delete(f"/saved-searches/{saved['id']}")

    after = await let_it_come(office, admin_engine, kept)

    assert (after["last_report_id"], after["last_error_code"]) == (None, "validation_error")
    assert after["next_runs"] == kept["next_runs"]
    assert await asked_by(admin_engine, office.user) == []


async def test_for_who_may_not_log_in_any_more_nothing_is_made(
    office: Office, admin_engine: AsyncEngine
) -> None:
    kept = await keep(office)
    async with admin_engine.begin() as connection:
        await connection.execute(
            update(User).where(User.id == office.user.id).values(is_active=False)
        )

    await let_it_come(office, admin_engine, kept)

    assert await asked_by(admin_engine, office.user) == []


async def test_a_schedule_can_be_changed_switched_off_and_deleted(
    office: Office, admin_engine: AsyncEngine
) -> None:
    kept = await keep(office)
    path = f"/report-schedules/{kept['id']}"

    changed = (await office.client.patch(path, json={"cron": "30 6 1 * *", "title": "New"})).json()
    off = (await office.client.patch(path, json={"is_active": False})).json()
    await let_it_come(office, admin_engine, kept)

    assert (changed["cron"], changed["content"]["title"]) == ("30 6 1 * *", "New")
    assert {datetime.fromisoformat(time).day for time in changed["next_runs"]} <= {1}
    assert (off["is_active"], off["next_runs"]) == (False, [])
    assert await asked_by(admin_engine, office.user) == []
    assert (await office.client.delete(path)).status_code == 204
    error_of(await office.client.get(path), 404)


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "*/30 * * * *",
        "0,59 3 * * *",
        "0 0 30 2 *",
        "0 7 * *",
        "0 0 7 * * *",
        "@daily    ",
        "61 7 * * *",
        "0 7 * * FUNDAY",
        "$(reboot) 7 * * *",
    ],
)
async def test_a_line_that_never_comes_too_often_or_is_none_is_refused(
    office: Office, cron: str
) -> None:
    kept = await keep(office)

    response = await office.client.post("/report-schedules", json=SCHEDULE | {"cron": cron})
    assert "cron" in refused_fields(response)
    path = f"/report-schedules/{kept['id']}"
    assert "cron" in refused_fields(await office.client.patch(path, json={"cron": cron}))


async def test_one_person_has_so_many_schedules(office: Office) -> None:
    for _ in range(20):
        await keep(office)

    error_of(await office.client.post("/report-schedules", json=SCHEDULE), 409)
    page = (await office.client.get("/report-schedules?page_size=100")).json()
    assert page["total"] == len(page["report_schedules"]) == 20

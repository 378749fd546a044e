"""An attempt ends as the row says, and only the current one has a say."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core.database import unscoped_transaction
from app.core.errors import Unavailable
from app.core.log_context import log_context, logged_fields
from app.core.vocabulary import Role
from app.jobs import repository, running
from app.jobs.attempt import LARGE, Attempt, JobFailedError, JobOverError
from app.jobs.claiming import MAX_SETBACKS
from app.jobs.jobs import sweep_jobs
from app.jobs.repository import abandon_dead_jobs, cancel_job
from app.models import ApiKey, Membership, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.jobs.conftest import Shop, finish, never_finish

NOW = datetime.now(UTC)


@dataclass
class Gate:
    """A job that waits until the test lets it go on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    attempts: list[Attempt] = field(default_factory=list)

    async def __call__(self, attempt: Attempt) -> None:
        """Say that it is there, and wait."""
        self.attempts.append(attempt)
        self.reached.set()
        await self.opened.wait()
        await finish(attempt)


@pytest.fixture(autouse=True)
def _fast_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_BETWEEN_BEATS", 0.05)


async def test_a_job_is_done_once_and_says_so(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())

    async def work(attempt: Attempt) -> None:
        await attempt.expect(20)
        await attempt.done(20)
        await finish(attempt)

    await shop.desk(work).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.attempt, job.rows_done, job.rows_total) == ("succeeded", 1, 20, 20)
    assert job.finished_at is not None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (JobFailedError("too_large"), "too_large"),
        (ValueError("a fault of ours"), "server_error"),
        (IntegrityError("", {}, Exception()), "server_error"),
    ],
    ids=["refused", "a fault", "a fault in SQL"],
)
async def test_what_would_go_wrong_again_fails_at_once(
    shop: Shop, error: Exception, code: str
) -> None:
    job_id = await shop.ask(await shop.make.user())

    async def work(_attempt: Attempt) -> None:
        raise error

    await shop.desk(work).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", code, 1)


async def test_what_is_away_is_tried_again_but_not_for_ever(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())

    async def work(_attempt: Attempt) -> None:
        raise Unavailable

    for _ in range(MAX_SETBACKS + 1):
        await shop.hasten()
        await shop.desk(work).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", "unavailable", MAX_SETBACKS)


async def test_a_job_that_takes_too_long_is_stopped(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())

    await shop.desk(never_finish, job_timeout=1).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.error_code) == ("failed", "timeout")


async def test_many_rows_have_more_time(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())

    async def work(attempt: Attempt) -> None:
        await attempt.expect(LARGE + 1)
        await asyncio.sleep(1.2)
        await finish(attempt)

    await shop.desk(work, job_timeout=1, job_timeout_large=60).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.timeout_seconds) == ("succeeded", 60)


async def test_a_cancelled_job_stops_and_stays_cancelled(shop: Shop) -> None:
    gate = Gate()
    job_id = await shop.ask(await shop.make.user())
    working = asyncio.create_task(shop.desk(gate).work_off())
    await gate.reached.wait()

    async with unscoped_transaction(shop.engine) as session:
        assert await cancel_job(session, job_id)
    await asyncio.wait_for(working, 10)

    assert (await shop.read(job_id)).status == "cancelled"


async def test_a_worker_that_was_believed_dead_changes_nothing(shop: Shop) -> None:
    gate = Gate()
    job_id = await shop.ask(await shop.make.user())
    late = asyncio.create_task(shop.desk(gate).work_off())
    await gate.reached.wait()
    (old,) = gate.attempts
    await shop.silence()

    await shop.desk().work_off()

    with pytest.raises(JobOverError):
        await old.beat()
    with pytest.raises(JobOverError):
        await finish(old)
    await asyncio.wait_for(late, 10)
    job = await shop.read(job_id)
    assert (job.status, job.attempt, job.setbacks) == ("succeeded", 2, 1)


async def test_a_job_whose_workers_die_is_given_up_and_can_be_tried_again(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())
    for _ in range(MAX_SETBACKS):
        gate = Gate()
        working = asyncio.create_task(shop.desk(gate).work_off())
        await gate.reached.wait()
        await shop.kill(working)
        await shop.silence()
    await shop.desk().work_off()  # nobody takes it once more
    await sweep_jobs({"desk": shop.desk()})

    job = await shop.read(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", "abandoned", MAX_SETBACKS)

    admin = shop.own.client(await shop.make.admin())
    answer = await admin.post(f"/jobs/{job_id}/retry")
    await shop.desk().work_off()

    assert answer.status_code == 202, answer.text
    assert (await shop.read(job_id)).status == "succeeded"


async def test_a_worker_that_stops_hands_its_job_back(shop: Shop) -> None:
    gate = Gate()
    job_id = await shop.ask(await shop.make.user())
    working = asyncio.create_task(shop.desk(gate).work())
    await gate.reached.wait()

    working.cancel()
    with suppress(asyncio.CancelledError):
        await working

    job = await shop.read(job_id)
    assert (job.status, job.setbacks) == ("queued", 0)
    await shop.desk().work_off()
    assert (await shop.read(job_id)).status == "succeeded"


async def test_what_became_of_an_attempt_is_decided_once(shop: Shop) -> None:
    job_id = await shop.ask(await shop.make.user())
    await shop.desk().work_off()

    async with unscoped_transaction(shop.engine) as session:
        assert not await repository.hand_back(session, job_id, 1)
        assert not await repository.fail_attempt(session, job_id, 1, code="timeout")
        assert not await cancel_job(session, job_id)
        assert job_id not in await abandon_dead_jobs(session)

    assert (await shop.read(job_id)).status == "succeeded"


async def test_the_lines_of_a_job_carry_the_id_of_its_request(shop: Shop) -> None:
    seen: list[dict[str, Any]] = []

    async def look(attempt: Attempt) -> None:
        seen.append(dict(logged_fields()))
        await finish(attempt)

    with log_context({"request_id": "the-request"}):
        job_id = await shop.ask(await shop.make.user())
    await shop.desk(look).work_off()

    (context,) = seen
    assert (context["request_id"], context["job_id"]) == ("the-request", job_id)


async def scope_when_run(shop: Shop) -> SiteScope | None:
    """The scope that a job gets; None when it is not even begun."""
    scopes: list[SiteScope] = []

    async def look(attempt: Attempt) -> None:
        scopes.append(attempt.scope)
        await finish(attempt)

    await shop.desk(look).work_off()
    return scopes[0] if scopes else None


async def leave(shop: Shop, user: User, site_id: int) -> None:
    scope = SiteScope(user.id, {site_id: Role.SITE_ADMIN})
    async with scoped_session(shop.engine, scope) as session:
        row = await session.get(Membership, (site_id, user.id))
        await session.delete(row)


async def test_a_job_sees_what_its_owner_may_see_when_it_runs(shop: Shop) -> None:
    kept, left, new = [await shop.make.site() for _ in range(3)]
    user = await shop.make.member(kept, left)
    await shop.ask(user, kept, left)
    await leave(shop, user, left.id)
    await shop.make.membership(new, user, Role.EDITOR)

    scope = await scope_when_run(shop)

    assert scope is not None
    assert scope.roles == {kept.id: Role.EDITOR}


async def test_a_job_does_no_more_than_the_credential_that_asked_for_it(shop: Shop) -> None:
    site = await shop.make.site()
    user = await shop.make.member(site, role=Role.SITE_ADMIN)
    await shop.ask(user, site, highest_role=Role.VIEWER)

    scope = await scope_when_run(shop)

    assert scope is not None
    assert scope.roles == {site.id: Role.VIEWER}


@pytest.mark.parametrize("over", [{}, {"revoked_at": NOW}, {"expires_at": NOW}])
async def test_a_job_is_not_done_without_the_key_that_asked_for_it(
    shop: Shop, api: FastAPI, over: dict[str, datetime]
) -> None:
    site = await shop.make.site()
    user = await shop.make.member(site)
    key, _ = await shop.make.api_key(api, user, site)
    job_id = await shop.ask(user, site, api_key_id=key.id)
    if over:
        async with unscoped_transaction(shop.engine) as session:
            await session.execute(update(ApiKey).where(ApiKey.id == key.id).values(**over))

    scope = await scope_when_run(shop)

    assert (scope is None) == bool(over)
    assert (await shop.read(job_id)).error_code == ("forbidden" if over else None)


async def test_without_a_site_left_a_job_fails(shop: Shop) -> None:
    site = await shop.make.site()
    user = await shop.make.member(site)
    job_id = await shop.ask(user, site)
    await leave(shop, user, site.id)

    assert await scope_when_run(shop) is None
    assert (await shop.read(job_id)).error_code == "forbidden"


async def test_a_user_who_may_not_log_in_any_more_has_nothing_done(shop: Shop) -> None:
    user = await shop.make.user(is_active=False)
    job_id = await shop.ask(user)

    assert await scope_when_run(shop) is None
    assert (await shop.read(job_id)).error_code == "forbidden"

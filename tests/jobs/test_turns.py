"""Whose job is next: owners take turns, and limits hold."""

import asyncio

from app.core.database import unscoped_transaction
from app.jobs.attempt import Attempt
from app.jobs.claiming import Limits, claim_next_job
from tests.jobs.conftest import Shop, finish


async def claim(shop: Shop, *, of_owner: int = 0, of_site: int = 0) -> int | None:
    """The job that a worker would take now."""
    limits = Limits(of_owner=of_owner, of_site=of_site, seconds=60)
    async with unscoped_transaction(shop.engine) as session:
        job = await claim_next_job(session, limits)
    return None if job is None else job.id


async def test_the_one_who_asked_first_is_first(shop: Shop) -> None:
    one, other = await shop.make.user(), await shop.make.user()
    first, second = await shop.ask(one), await shop.ask(other)

    assert [await claim(shop) for _ in range(3)] == [first, second, None]


async def test_a_hundred_jobs_of_one_hold_up_another_by_no_more_than_one(shop: Shop) -> None:
    busy, waiting = await shop.make.user(), await shop.make.user()
    for _ in range(100):
        await shop.ask(busy)
    order: list[int] = []

    async def note(attempt: Attempt) -> None:
        order.append(attempt.job.owner_id)
        if len(order) == 1:
            await shop.ask(waiting)  # while the first one is being done
        await finish(attempt)

    await shop.desk(note, job_limit_user=0).work_off()

    assert order.index(waiting.id) == 1
    assert len(order) == 101


async def test_two_who_have_many_jobs_take_turns(shop: Shop) -> None:
    one, other = await shop.make.user(), await shop.make.user()
    for owner in (one, one, one, other, other, other):
        await shop.ask(owner)
    order: list[int] = []

    async def note(attempt: Attempt) -> None:
        order.append(attempt.job.owner_id)
        await finish(attempt)

    await shop.desk(note).work_off()

    assert order == [one.id, other.id] * 3


async def test_one_person_has_so_many_running_and_the_rest_waits(shop: Shop) -> None:
    one, other = await shop.make.user(), await shop.make.user()
    mine = [await shop.ask(one) for _ in range(4)]
    theirs = await shop.ask(other)

    taken = [await claim(shop, of_owner=3) for _ in range(5)]

    assert set(taken) == {*mine[:3], theirs, None}


async def test_about_one_site_so_many_run_whoever_asked(shop: Shop) -> None:
    site, elsewhere = await shop.make.site(), await shop.make.site()
    people = [await shop.make.member(site, elsewhere) for _ in range(3)]
    first, _ = await shop.ask(people[0], site), await shop.ask(people[1], site, elsewhere)
    free = await shop.ask(people[2], elsewhere)

    taken = [await claim(shop, of_site=1) for _ in range(3)]

    assert taken == [first, free, None]


async def test_workers_that_claim_at_once_take_each_job_once(shop: Shop) -> None:
    owners = [await shop.make.user() for _ in range(2)]
    asked = [await shop.ask(owner) for owner in owners for _ in range(5)]

    taken = await asyncio.gather(*(claim(shop) for _ in range(15)))

    assert sorted(job for job in taken if job is not None) == sorted(asked)


async def test_at_once_as_well_no_more_run_than_may(shop: Shop) -> None:
    owner = await shop.make.user()
    for _ in range(8):
        await shop.ask(owner)

    taken = await asyncio.gather(*(claim(shop, of_owner=2) for _ in range(8)))

    assert sum(job is not None for job in taken) == 2


async def test_what_was_set_back_waits_a_while(shop: Shop) -> None:
    owner = await shop.make.user()

    async def fail(attempt: Attempt) -> None:
        raise OSError("no room")

    job_id = await shop.ask(owner)
    await shop.desk(fail).work_off()

    job = await shop.read(job_id)
    assert (job.status, job.setbacks, job.attempt) == ("queued", 1, 1)
    assert await claim(shop) is None

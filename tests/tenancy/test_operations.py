"""No answer to any call tells of a site that is not the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories import Make
from tests.saved_searches.making import make_search
from tests.tenancy.callers import Caller, log_in, outsiders
from tests.tenancy.http_proof import answers, call_everyway, client_of
from tests.tenancy.operations import (
    CHANGED_BY_READING,
    NOTHING_TO_SUCCEED_WITH,
    OPERATIONS,
    SHOWS_NO_SITE,
    Operation,
    Target,
    UnknownToTheProofError,
    sending,
)
from tests.tenancy.world import World, everything_of, make_world, plant

pytestmark = pytest.mark.covered_elsewhere

by_id = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


@dataclass(frozen=True, slots=True)
class Peopled:
    """A world, and those who must see nothing of the half of it."""

    world: World
    outsiders: Sequence[Caller]


async def make_peopled(api: FastAPI, make: Make, admin_engine: AsyncEngine) -> Peopled:
    world = await make_world(api, make, admin_engine)
    return Peopled(world, await outsiders(api, world))


@pytest.fixture(scope="module")
async def for_reading(api: FastAPI, make: Make, admin_engine: AsyncEngine) -> Peopled:
    """What all that reads is asked about, one after the other."""
    return await make_peopled(api, make, admin_engine)


@by_id
async def test_no_operation_tells_of_another_site_or_changes_it(
    api: FastAPI, make: Make, for_reading: Peopled, admin_engine: AsyncEngine, operation: Operation
) -> None:
    peopled = for_reading if operation.reads else await make_peopled(api, make, admin_engine)
    world, callers = peopled.world, peopled.outsiders
    before = await everything_of(admin_engine, world.theirs)

    findings = await call_everyway(api, operation, callers, world)

    assert findings.leaks == []
    assert await everything_of(admin_engine, world.theirs) == before
    shows_sites = "x-site-id" in operation.parameters and operation.id not in SHOWS_NO_SITE
    if operation.reads and shows_sites:
        assert findings.shows_ours, "the proof looked where there was nothing to be seen"
    if not findings.has_succeeded:
        assert await _succeeds_for_a_system_admin(api, world, operation)


async def _succeeds_for_a_system_admin(api: FastAPI, world: World, operation: Operation) -> bool:
    admin = await log_in(api, world.system_admin, "system admin")
    target = admin.target(world, world.ours)
    async with client_of(api, admin) as client:
        response = await client.request(
            operation.method,
            operation.url(target),
            params=operation.query(target),
            **sending(operation.body(target)),
        )
    return response.is_success or response.status_code == NOTHING_TO_SUCCEED_WITH.get(operation.id)


@pytest.mark.timeout(300)  # it asks everything of everybody, twice
async def test_no_answer_depends_on_what_another_site_holds(
    api: FastAPI, world: World, make: Make, admin_engine: AsyncEngine
) -> None:
    callers = await outsiders(api, world)
    reading = [one for one in OPERATIONS if one.reads and one.id not in CHANGED_BY_READING]
    before = await answers(api, reading, callers, world)

    newcomer = await make.member(world.theirs.site)
    await make.interaction(world.theirs.site, newcomer)
    await make_search(admin_engine, newcomer, shared_with=world.theirs.site.id)
    await plant(admin_engine, world.theirs.site, await make.user(), f"more-{world.theirs.canary}")
    after = await answers(api, reading, callers, world)

    assert {call for call in before if before[call] != after[call]} == set()


def test_an_operation_that_the_proof_cannot_call_fails_it() -> None:
    known = next(item for item in OPERATIONS if item.id == "createInteraction")
    target = Target(site_id=1, interaction_id=1, user_id=1, newcomer_id=1)
    with pytest.raises(UnknownToTheProofError):
        replace(known, id="somethingNew").body(target)
    with pytest.raises(UnknownToTheProofError):
        replace(known, parameters={"visit_id": "path"}).url(target)

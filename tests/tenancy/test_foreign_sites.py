"""Naming a site that is not one's own is refused, whether or not there is such a site.

What is refused changes nothing, so that all these calls are made in one world by the same people.
"""

from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from tests.factories import Make, body
from tests.tenancy.callers import Caller, log_in, with_site_ids
from tests.tenancy.http_proof import client_of
from tests.tenancy.operations import OPERATIONS, Operation, sending
from tests.tenancy.world import World, make_world

pytestmark = pytest.mark.covered_elsewhere

UNKNOWN_SITE = 2**31 - 1

Callers = Mapping[Role, Caller]

by_role = pytest.mark.parametrize("role", Role)


@pytest.fixture(scope="module")
async def world(api: FastAPI, make: Make, admin_engine: AsyncEngine) -> World:
    return await make_world(api, make, admin_engine)


@pytest.fixture(scope="module")
async def callers(api: FastAPI, world: World) -> Callers:
    """A member of our site of each role."""
    return {role: await log_in(api, world.ours.people[role], role) for role in Role}


def that_take(name: str, place: str) -> pytest.MarkDecorator:
    """Runs a test for every operation that takes a parameter; there has to be one."""
    found = [operation for operation in OPERATIONS if operation.parameters.get(name) == place]
    assert found
    return pytest.mark.parametrize("operation", found, ids=lambda operation: operation.id)


def assert_alike_and_forbidden(their_answer: httpx.Response, no_answer: httpx.Response) -> None:
    """Both answers are the same refusal, byte for byte."""
    assert their_answer.status_code == 403
    assert their_answer.content == no_answer.content


async def answers_for(
    app: FastAPI, world: World, caller: Caller, operation: Operation, *, place: str
) -> list[httpx.Response]:
    """What a member is answered who names the other site, and one that there is not."""
    found = []
    async with client_of(app, caller) as client:
        for site_id in (world.theirs.site.id, UNKNOWN_SITE):
            target = caller.target(world, world.ours)
            if place == "path":
                target = replace(target, site_id=site_id)
            response = await client.request(
                operation.method,
                operation.url(target),
                params=operation.query(target) | ({"site_id": site_id} if place == "query" else {}),
                headers={"X-Site-ID": str(site_id)} if place == "header" else {},
                **sending(operation.body(target)),
            )
            found.append(response)
    return found


@that_take("site_id", "path")
@by_role
async def test_in_the_path(
    api: FastAPI, world: World, callers: Callers, operation: Operation, role: Role
) -> None:
    answers = await answers_for(api, world, callers[role], operation, place="path")
    assert_alike_and_forbidden(*answers)


@that_take("x-site-id", "header")
@by_role
async def test_in_the_header(
    api: FastAPI, world: World, callers: Callers, operation: Operation, role: Role
) -> None:
    answers = await answers_for(api, world, callers[role], operation, place="header")
    assert_alike_and_forbidden(*answers)


@that_take("site_id", "query")
@by_role
async def test_in_the_query(
    api: FastAPI, world: World, callers: Callers, operation: Operation, role: Role
) -> None:
    answers = await answers_for(api, world, callers[role], operation, place="query")
    assert_alike_and_forbidden(*answers)


@by_role
@pytest.mark.parametrize("also", [{}, {"title": "x"}], ids=["valid", "otherwise invalid"])
async def test_in_the_body(
    api: FastAPI, world: World, callers: Callers, role: Role, also: dict[str, str]
) -> None:
    async with client_of(api, callers[role]) as client:
        answers = [
            await client.post("/api/v1/interactions", json=body(site_id=site_id, **also))
            for site_id in (world.theirs.site.id, UNKNOWN_SITE)
        ]
    assert_alike_and_forbidden(*answers)


async def test_one_of_several_is_enough_to_refuse_them_all(
    api: FastAPI, world: World, callers: Callers
) -> None:
    sites = [world.ours.site.id, world.theirs.site.id]
    async with client_of(api, callers[Role.VIEWER]) as client:
        response = await client.get("/api/v1/interactions", params={"site_id": sites})
    assert response.status_code == 403


async def test_a_token_narrowed_to_another_site_reaches_nothing(
    api: FastAPI, world: World, callers: Callers
) -> None:
    caller = callers[Role.SITE_ADMIN]
    token = with_site_ids(api, caller.headers["Authorization"], [world.theirs.site.id])
    async with client_of(api, replace(caller, headers={"Authorization": token})) as client:
        page = await client.get("/api/v1/interactions")
        one = await client.get(f"/api/v1/sites/{world.theirs.site.id}")
    assert page.json()["total"] == 0
    assert one.status_code == 403

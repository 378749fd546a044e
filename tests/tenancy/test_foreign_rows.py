"""What a caller learns who asks for an interaction of another site."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.vocabulary import Role
from app.models import AuditEvent
from tests.starting import started
from tests.tenancy.callers import Caller, log_in
from tests.tenancy.http_proof import client_of
from tests.tenancy.operations import OPERATIONS, Operation, Target, sending
from tests.tenancy.world import Place, World

pytestmark = pytest.mark.covered_elsewhere

UNKNOWN_ID = 2**62

of_an_interaction = pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if "interaction_id" in operation.parameters],
    ids=lambda operation: operation.id,
)
by_role = pytest.mark.parametrize("role", Role)


@pytest.fixture
async def concealing(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application where ids of other sites are concealed."""
    async with started(settings.model_copy(update={"conceal_foreign_ids": True})) as app:
        yield app


async def ask(
    app: FastAPI, caller: Caller, operation: Operation, interaction_id: int
) -> httpx.Response:
    """Call an operation for an interaction."""
    target = Target(site_id=1, interaction_id=interaction_id, user_id=1, newcomer_id=1)
    async with client_of(app, caller) as client:
        return await client.request(
            operation.method, operation.url(target), **sending(operation.body(target))
        )


async def denials_at(admin_engine: AsyncEngine, place: Place) -> list[tuple[int | None, str]]:
    """Who was refused what at a place, as its audit tells."""
    statement = (
        select(AuditEvent.__table__)
        .where(AuditEvent.site_id == place.site.id, AuditEvent.action == "access_denied")
        .order_by(AuditEvent.id)
    )
    async with admin_engine.connect() as connection:
        return [(row.actor_id, row.subject) for row in await connection.execute(statement)]


@of_an_interaction
@by_role
async def test_another_sites_interaction_is_refused_and_its_site_is_told(
    api: FastAPI, world: World, admin_engine: AsyncEngine, operation: Operation, role: Role
) -> None:
    user, theirs = world.ours.people[role], world.theirs
    caller = await log_in(api, user, role)

    response = await ask(api, caller, operation, theirs.interaction_id)

    assert response.status_code == 403
    assert response.json()["error"]["message"] == "This interaction is not of one of your sites"
    assert await denials_at(admin_engine, theirs) == [
        (user.id, f"interaction:{theirs.interaction_id}")
    ]
    assert await denials_at(admin_engine, world.ours) == []


@of_an_interaction
async def test_a_concealed_interaction_is_answered_like_one_that_is_nowhere(
    concealing: FastAPI, world: World, admin_engine: AsyncEngine, operation: Operation
) -> None:
    user, theirs = world.ours.people[Role.SITE_ADMIN], world.theirs
    caller = await log_in(concealing, user, "site admin")

    hidden = await ask(concealing, caller, operation, theirs.interaction_id)
    unknown = await ask(concealing, caller, operation, UNKNOWN_ID)

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.content == unknown.content  # the request ids are the same, too
    assert hidden.headers == unknown.headers
    assert await denials_at(admin_engine, theirs) == [
        (user.id, f"interaction:{theirs.interaction_id}")
    ]


@of_an_interaction
async def test_an_unknown_interaction_is_nowhere_and_nobody_is_told(
    api: FastAPI, world: World, admin_engine: AsyncEngine, operation: Operation
) -> None:
    caller = await log_in(api, world.ours.people[Role.SITE_ADMIN], "site admin")

    response = await ask(api, caller, operation, UNKNOWN_ID)

    assert response.status_code == 404
    for place in (world.ours, world.theirs):
        assert await denials_at(admin_engine, place) == []


@of_an_interaction
async def test_a_deleted_interaction_of_another_site_is_nowhere_for_a_stranger(
    api: FastAPI, world: World, operation: Operation
) -> None:
    owner = await log_in(api, world.theirs.people[Role.SITE_ADMIN], "its admin")
    delete = next(item for item in OPERATIONS if item.id == "deleteInteraction")
    deleted = await ask(api, owner, delete, world.theirs.interaction_id)
    assert deleted.status_code == 204

    caller = await log_in(api, world.ours.people[Role.SITE_ADMIN], "site admin")
    response = await ask(api, caller, operation, world.theirs.interaction_id)

    assert response.status_code == 404

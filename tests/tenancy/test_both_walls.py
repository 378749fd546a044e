"""The test of the test: it passes while either wall stands, and fails when neither does."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from tests.conftest import Database
from tests.tenancy.callers import outsiders
from tests.tenancy.http_proof import call_everyway
from tests.tenancy.operations import OPERATIONS
from tests.tenancy.reads import FILTERED_READS, RAW_READS
from tests.tenancy.repository_proof import leaks_in_repositories, reading_functions
from tests.tenancy.statement_proof import leaks_in_intrusions, leaks_in_reads, leaks_in_sweeps
from tests.tenancy.walls import application_past_row_level_security, without_filter
from tests.tenancy.world import World
from tests.tenancy.writes import (
    FILTERED_INTRUSIONS,
    FILTERED_SWEEPS,
    RAW_INTRUSIONS,
    RAW_SWEEPS,
)

pytestmark = pytest.mark.covered_elsewhere

READING = [operation for operation in OPERATIONS if operation.reads]


@pytest.fixture
async def reckless(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    """The application without the second wall."""
    async with application_past_row_level_security(settings, database) as app:
        yield app


async def leaks_over_http(app: FastAPI, world: World) -> list[str]:
    """What the reading operations tell of the other site."""
    callers = await outsiders(app, world)
    found = [await call_everyway(app, operation, callers, world) for operation in READING]
    return [leak for findings in found for leak in findings.leaks]


async def leaks_in_code_that_behaves(
    engine: AsyncEngine, admin_engine: AsyncEngine, world: World
) -> list[str]:
    """What ORM statements and repository functions let through."""
    return [
        *await leaks_in_reads(engine, FILTERED_READS, world),
        *await leaks_in_sweeps(engine, FILTERED_SWEEPS, world, admin_engine=admin_engine),
        *await leaks_in_intrusions(engine, FILTERED_INTRUSIONS, world),
        *await leaks_in_repositories(engine, world),
    ]


async def leaks_in_code_that_does_not(
    engine: AsyncEngine, admin_engine: AsyncEngine, world: World
) -> list[str]:
    """What hand-written and bulk statements let through."""
    return [
        *await leaks_in_reads(engine, RAW_READS, world),
        *await leaks_in_sweeps(engine, RAW_SWEEPS, world, admin_engine=admin_engine),
        *await leaks_in_intrusions(engine, RAW_INTRUSIONS, world),
    ]


def test_the_proof_finds_the_repository_functions() -> None:
    names = dict(reading_functions())
    assert "app.interactions.repository.find_interaction" in names
    assert "app.sites.repository.list_sites" in names
    assert len(names) > 10


async def test_both_walls_hold(
    engine: AsyncEngine, admin_engine: AsyncEngine, world: World
) -> None:
    assert await leaks_in_code_that_behaves(engine, admin_engine, world) == []
    assert await leaks_in_code_that_does_not(engine, admin_engine, world) == []


async def test_the_first_wall_alone_holds_for_code_that_behaves(
    reckless: FastAPI, admin_engine: AsyncEngine, world: World
) -> None:
    engine = reckless.state.engine
    assert await leaks_in_code_that_behaves(engine, admin_engine, world) == []
    assert await leaks_over_http(reckless, world) == []


async def test_the_second_wall_alone_holds_for_all_code(
    api: FastAPI, engine: AsyncEngine, admin_engine: AsyncEngine, world: World
) -> None:
    with without_filter():
        assert await leaks_in_code_that_behaves(engine, admin_engine, world) == []
        assert await leaks_in_code_that_does_not(engine, admin_engine, world) == []
        assert await leaks_over_http(api, world) == []


async def test_without_walls_the_proof_finds_every_leak_there_is(
    reckless: FastAPI, admin_engine: AsyncEngine, world: World
) -> None:
    engine = reckless.state.engine
    with without_filter():
        behaving = await leaks_in_code_that_behaves(engine, admin_engine, world)
        raw = await leaks_in_code_that_does_not(engine, admin_engine, world)
        told = await leaks_over_http(reckless, world)

    leaking = {leak.split(" of ")[0] for leak in (*behaving, *raw)}
    probes = (FILTERED_READS, RAW_READS, FILTERED_SWEEPS, RAW_SWEEPS)
    intrusions = (FILTERED_INTRUSIONS, RAW_INTRUSIONS)
    assert leaking >= {name for probes in (*probes, *intrusions) for name in probes}
    assert any("find_interaction" in leak for leak in behaving)
    assert any("/api/v1/interactions" in leak for leak in told)

"""Whatever the statement, a session sees and writes the rows of its own sites only."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.core.database_errors import sqlstate_of
from app.models import Site
from app.tenancy.session import read_session
from tests.factories import Make
from tests.tenancy.reads import FILTERED_READS, RAW_READS
from tests.tenancy.statement_proof import (
    leaks_in_intrusions,
    leaks_in_reads,
    leaks_in_sweeps,
    scope_of,
)
from tests.tenancy.world import World, make_place, site_owned_models, table_of
from tests.tenancy.writes import (
    FILTERED_INTRUSIONS,
    FILTERED_SWEEPS,
    RAW_INTRUSIONS,
    RAW_SWEEPS,
)


async def test_no_statement_reads_another_sites_row(engine: AsyncEngine, world: World) -> None:
    assert await leaks_in_reads(engine, {**FILTERED_READS, **RAW_READS}, world) == []


async def test_no_statement_without_a_predicate_writes_to_another_sites_row(
    engine: AsyncEngine, admin_engine: AsyncEngine, world: World
) -> None:
    sweeps = {**FILTERED_SWEEPS, **RAW_SWEEPS}
    assert await leaks_in_sweeps(engine, sweeps, world, admin_engine=admin_engine) == []


async def test_no_statement_puts_or_changes_a_row_in_another_site(
    engine: AsyncEngine, world: World
) -> None:
    intrusions = {**FILTERED_INTRUSIONS, **RAW_INTRUSIONS}
    assert await leaks_in_intrusions(engine, intrusions, world) == []


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE app.interactions",
        "ALTER TABLE app.interactions DISABLE ROW LEVEL SECURITY",
        "DROP POLICY site_scope ON app.interactions",
        "SET ROLE ims_owner",
        "SET ROLE ims_lookup",
        "SET SESSION AUTHORIZATION ims_migrator",
    ],
)
async def test_the_application_cannot_take_the_wall_down(
    engine: AsyncEngine, statement: str
) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as refusal:
            await connection.execute(text(statement))
    assert sqlstate_of(refusal.value) == "42501"


async def test_switching_the_policies_off_is_an_error_and_no_way_past_them(
    engine: AsyncEngine, world: World
) -> None:
    async with read_session(engine, scope_of(world.ours)) as session:
        await session.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(DBAPIError) as refusal:
            await session.execute(text("TABLE app.interactions"))
        assert sqlstate_of(refusal.value) == "42501"
        await session.rollback()


async def test_a_scope_of_several_sites_sees_them_all_and_no_other(
    api: FastAPI, engine: AsyncEngine, make: Make, admin_engine: AsyncEngine, world: World
) -> None:
    second = await make_place(api, make, admin_engine)
    expected = {world.ours.site.id, second.site.id}
    for model in site_owned_models():
        async with read_session(engine, scope_of(world.ours, second)) as session:
            assert set(await session.scalars(select(model.site_id))) == expected
            assert set(await session.scalars(select(table_of(model).c.site_id))) == expected
            assert set(await session.scalars(select(Site.id))) == expected


async def test_an_empty_scope_and_no_scope_see_nothing(engine: AsyncEngine, world: World) -> None:
    for model in site_owned_models():
        async with read_session(engine, scope_of()) as session:
            assert await FILTERED_READS["entities"](session, model, world) == set()
            assert await RAW_READS["text"](session, model, world) == set()
        async with unscoped_transaction(engine) as unscoped:
            assert await FILTERED_READS["entities"](unscoped, model, world) == set()
            assert await RAW_READS["text"](unscoped, model, world) == set()

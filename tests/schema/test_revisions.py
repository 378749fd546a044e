"""The revisions, on a database with rows in it: up, down, and up again."""

import asyncio
import time

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database_errors import sqlstate_of
from app.schema.prepare import prepare_database
from app.schema.revisions import alembic_config, current_revision, head_revision, upgrade
from app.schema.roles import ROLES
from tests.conftest import Database, migrate
from tests.schema.rows import fill

SECONDS_TO_GIVE_UP = 15
"""Far more than the time that a revision waits for a lock, and far less than for ever."""

OBJECTS = text("""
    SELECT 'relation', relname::text, relkind::text, coalesce(relacl::text, '') FROM pg_class
    WHERE relnamespace = 'app'::regnamespace
    UNION ALL SELECT 'function', oid::regprocedure::text, proowner::regrole::text, proacl::text
    FROM pg_proc WHERE pronamespace = 'app'::regnamespace
    UNION ALL SELECT 'policy', tablename::text, policyname::text, concat(qual, with_check)
    FROM pg_policies
    UNION ALL SELECT 'constraint', conname::text, contype::text, conrelid::regclass::text
    FROM pg_constraint WHERE connamespace = 'app'::regnamespace
    UNION ALL SELECT 'schema', nspname::text, nspowner::regrole::text, nspacl::text
    FROM pg_namespace WHERE nspname = 'app'
""")


def revisions() -> list[str]:
    """All revisions, the oldest first."""
    found = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return [script.revision for script in found][::-1]


async def down_to(url: URL, revision: str) -> None:
    """Take revisions back."""
    await asyncio.to_thread(command.downgrade, alembic_config(url), revision)


async def up_to(url: URL, revision: str) -> None:
    """Run revisions."""
    await asyncio.to_thread(upgrade, url, revision)


async def objects(engine: AsyncEngine) -> set[str]:
    """All that is in our schema, and who may do what to it."""
    async with engine.connect() as connection:
        return {" ".join(map(str, row)) for row in await connection.execute(OBJECTS)}


async def test_each_revision_goes_up_down_and_up_with_rows_in_the_tables(
    empty_database: Database, own_engine: AsyncEngine
) -> None:
    url = empty_database.admin_url
    await prepare_database(url, app_password=empty_database.app_url.password)
    before = "base"
    for revision in revisions():
        await up_to(url, revision)
        reached = await objects(own_engine)
        assert all(rows > 0 for rows in (await fill(own_engine)).values())
        await down_to(url, before)
        await up_to(url, revision)
        assert await objects(own_engine) == reached
        await fill(own_engine)
        before = revision
    await down_to(url, "base")
    left = {line.split()[1] for line in await objects(own_engine)}
    assert {name for name in left if not name.startswith("alembic_version")} == {"app"}
    await up_to(url, "head")
    assert await objects(own_engine) == reached


async def test_rows_that_a_later_revision_does_not_concern_survive_it(
    empty_database: Database, own_engine: AsyncEngine
) -> None:
    url = empty_database.admin_url
    await prepare_database(url, app_password=empty_database.app_url.password)
    first = revisions()[0]
    await up_to(url, first)
    await fill(own_engine)
    await up_to(url, "head")
    await down_to(url, first)
    assert set((await fill(own_engine)).values()) == {2}


async def test_the_models_are_what_the_revisions_make(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    config = alembic_config(own_database.admin_url)
    await asyncio.to_thread(command.check, config)

    async with own_engine.begin() as connection:
        await connection.execute(text("ALTER TABLE app.sites ADD COLUMN unheard_of text"))
    with pytest.raises(CommandError):
        await asyncio.to_thread(command.check, config)


async def test_there_is_one_newest_revision_and_migrating_leads_to_it(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    async with own_engine.connect() as connection:
        assert await current_revision(connection) == head_revision() == revisions()[-1]


async def test_migrating_again_changes_nothing(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    await fill(own_engine)
    before = await objects(own_engine)
    await migrate(own_database)
    assert await objects(own_engine) == before


async def test_taking_revisions_back_leaves_the_roles(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    await down_to(own_database.admin_url, "base")
    async with own_engine.connect() as connection:
        found = set(await connection.scalars(text("SELECT rolname FROM pg_roles")))
    assert {role.name for role in ROLES} <= found


async def test_a_revision_gives_up_instead_of_making_others_wait(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    before = await objects(own_engine)
    async with own_engine.connect() as reader:
        await reader.execute(text("SELECT count(*) FROM app.interactions"))
        await reader.execute(text("SELECT count(*) FROM app.memberships"))
        started = time.monotonic()
        with pytest.raises(DBAPIError) as refusal:
            await asyncio.wait_for(
                down_to(own_database.admin_url, "base"), timeout=SECONDS_TO_GIVE_UP
            )
        assert time.monotonic() - started < SECONDS_TO_GIVE_UP

    assert sqlstate_of(refusal.value) == "55P03"
    assert await objects(own_engine) == before  # and has left nothing half done

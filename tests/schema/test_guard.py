"""API and worker refuse a database that would not keep the sites apart."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.schema.guard import UnsafeDatabaseError, require_safe_role
from tests.conftest import Database

FAULTS = {
    "is a superuser": "ALTER ROLE {role} SUPERUSER",
    "has BYPASSRLS": "ALTER ROLE {role} BYPASSRLS",
    "is a member of ims_owner": "GRANT ims_owner TO {role}",
    "is a member of ims_lookup": "GRANT ims_lookup TO {role}",
    "owns app.sites": "ALTER TABLE app.sites OWNER TO {role}",
}
UNPROTECTED = (
    "ALTER TABLE app.interactions NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE app.interactions DISABLE ROW LEVEL SECURITY",
    "CREATE TABLE app.new_things (site_id integer NOT NULL)",
)


@pytest.fixture
async def role(own_engine: AsyncEngine, own_database: Database) -> AsyncIterator[str]:
    """A role without any rights; the cluster forgets it afterwards."""
    name = f"ims_test_{uuid4().hex}"
    async with own_engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {name}"))
    yield name
    async with own_engine.begin() as connection:
        await connection.execute(text(f"REASSIGN OWNED BY {name} TO ims_owner"))
        await connection.execute(text(f"DROP ROLE {name}"))


def engine_as(role: str, database: Database) -> AsyncEngine:
    """An engine whose connections act as a role from the first statement on."""
    options = {"server_settings": {"role": role}}
    return create_async_engine(database.admin_url, poolclass=NullPool, connect_args=options)


async def test_a_role_without_rights_and_the_applications_own_are_let_through(
    own_database: Database, role: str
) -> None:
    await require_safe_role(engine_as(role, own_database))
    await require_safe_role(engine_as("ims_app", own_database))


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_role_that_could_pass_the_policies_is_refused(
    own_database: Database, own_engine: AsyncEngine, role: str, fault: str
) -> None:
    async with own_engine.begin() as connection:
        await connection.execute(text(FAULTS[fault].format(role=role)))

    with pytest.raises(UnsafeDatabaseError, match=fault):
        await require_safe_role(engine_as(role, own_database))


@pytest.mark.parametrize("statement", UNPROTECTED)
async def test_a_sites_table_without_forced_policies_is_refused(
    own_database: Database, own_engine: AsyncEngine, statement: str
) -> None:
    async with own_engine.begin() as connection:
        await connection.execute(text(statement))

    with pytest.raises(UnsafeDatabaseError, match="row-level security is not forced on app"):
        await require_safe_role(engine_as("ims_app", own_database))


async def test_the_migration_login_is_refused(own_database: Database) -> None:
    with pytest.raises(UnsafeDatabaseError):
        await require_safe_role(engine_as("ims_migrator", own_database))

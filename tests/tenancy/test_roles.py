"""The database roles: what each is, may become, and owns."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.schema.roles import ROLES

MAY_BECOME = {
    "ims_app": set(),
    "ims_lookup": set(),
    "ims_search": set(),
    "ims_retention": set(),
    "ims_owner": {"ims_lookup", "ims_search", "ims_retention"},
    "ims_migrator": {"ims_owner", "ims_lookup", "ims_search", "ims_retention"},
}
LOGINS = {"ims_app", "ims_migrator"}


@pytest.mark.parametrize("role", MAY_BECOME)
async def test_no_role_is_a_superuser_or_may_make_roles(
    admin_engine: AsyncEngine, role: str
) -> None:
    async with admin_engine.connect() as connection:
        statement = text("SELECT * FROM pg_roles WHERE rolname = :role")
        row = (await connection.execute(statement, {"role": role})).one()
    assert not any((row.rolsuper, row.rolcreaterole, row.rolcreatedb, row.rolreplication))
    assert row.rolcanlogin == (role in LOGINS)
    assert row.rolbypassrls <= (role == "ims_migrator")


@pytest.mark.parametrize("role", MAY_BECOME)
async def test_each_role_can_become_those_that_it_needs(
    admin_engine: AsyncEngine, role: str
) -> None:
    statement = text(
        "SELECT rolname FROM pg_roles"
        " WHERE rolname <> :role AND pg_has_role(CAST(:role AS name), oid, 'MEMBER')"
    )
    async with admin_engine.connect() as connection:
        found = set(await connection.scalars(statement, {"role": role}))
    assert found == MAY_BECOME[role]


def test_every_role_was_reviewed() -> None:
    assert {role.name for role in ROLES} == MAY_BECOME.keys()


async def test_the_application_owns_nothing(admin_engine: AsyncEngine) -> None:
    statement = text(
        "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'ims_app'::regrole AND deptype = 'o'"
    )
    async with admin_engine.connect() as connection:
        assert await connection.scalar(statement) == 0


async def test_the_application_can_make_nothing(engine: AsyncEngine) -> None:
    statement = text(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')"
        " AND nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast%'"
    )
    async with engine.connect() as connection:
        assert list(await connection.scalars(statement)) == []

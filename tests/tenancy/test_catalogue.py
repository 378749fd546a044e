"""What the database itself says of its tables, compared with what has been reviewed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.models import Base
from app.models.base import SCHEMA
from tests.tenancy import catalogue
from tests.tenancy.catalogue import GRANTS, KINDS, Kind
from tests.tenancy.world import site_owned_models, table_of

SITE_OWNED = {name for name, kind in KINDS.items() if kind is Kind.SITE}

SCOPE = "(site_id = ANY (( SELECT app.site_ids() AS site_ids)))"
SCOPES = {SCOPE, SCOPE.replace("AS site_ids)", "AS site_ids)::integer[]")}


@pytest.fixture
async def database_says(admin_engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection that may read the whole catalogue."""
    async with admin_engine.connect() as connection:
        yield connection


async def rows(connection: AsyncConnection, statement: str) -> list[Row[Any]]:
    """All rows of a statement."""
    return list((await connection.execute(text(statement))).all())


async def test_every_table_has_a_kind(database_says: AsyncConnection) -> None:
    found = await rows(
        database_says,
        "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace"
        " AND relkind IN ('r', 'p', 'f')",
    )
    assert {row.relname for row in found} == KINDS.keys()
    of_models = {table.name for table in Base.metadata.tables.values()}
    assert of_models == {name for name, kind in KINDS.items() if kind is not Kind.TECHNICAL}
    assert {table.schema for table in Base.metadata.tables.values()} == {SCHEMA}


async def test_a_table_is_a_sites_where_it_says_so(database_says: AsyncConnection) -> None:
    assert {table_of(model).name for model in site_owned_models()} == SITE_OWNED
    found = await rows(
        database_says,
        "SELECT relname, attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p')"
        " AND attname = 'site_id' AND NOT attisdropped",
    )
    assert {row.relname for row in found} == SITE_OWNED
    assert all(row.attnotnull for row in found)


async def test_a_sites_tables_have_row_level_security_forced(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity",
    )
    assert {row.relname for row in found} == SITE_OWNED


async def test_each_policy_is_one_that_was_reviewed(database_says: AsyncConnection) -> None:
    found = await rows(database_says, "SELECT * FROM pg_policies WHERE schemaname = 'app'")
    expected = {(table, name) for table in SITE_OWNED for name in ("site_scope", "migration")}
    expected |= {(table, "lookup") for table in catalogue.LOOKUP_POLICIES}
    expected |= {(table, "retention") for table in catalogue.RETENTION_POLICIES}
    expected |= {(table, "search") for table in catalogue.SEARCH_POLICIES}
    assert {(row.tablename, row.policyname) for row in found} == expected
    for row in found:
        assert (",".join(row.roles), row.cmd) == catalogue.POLICIES[row.policyname]
        assert row.permissive == "PERMISSIVE"
        if row.policyname in ("site_scope", "retention"):
            assert row.with_check in (None, row.qual)
            assert row.qual in SCOPES


async def test_every_unique_key_of_a_sites_table_begins_with_the_site(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        """
        SELECT i.indexrelid::regclass::text AS name, c.relname, i.indisprimary,
               a.attname AS first
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relnamespace = 'app'::regnamespace AND (i.indisunique OR i.indisexclusion)
        """,
    )
    of_sites = [row for row in found if row.relname in SITE_OWNED]
    assert {row.relname for row in of_sites if row.indisprimary} == SITE_OWNED
    assert [row.name for row in of_sites if row.first != "site_id"] == []


async def test_every_foreign_key_between_sites_tables_begins_with_the_site_and_none_cascades(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        """
        SELECT conname, child.relname AS child, parent.relname AS parent, confdeltype::text,
               confupdtype::text, a.attname AS first
        FROM pg_constraint
        JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
        WHERE contype = 'f' AND connamespace = 'app'::regnamespace
        """,
    )
    assert found
    assert [r.conname for r in found if (r.confdeltype, r.confupdtype) != ("a", "a")] == []
    between = [row for row in found if {row.child, row.parent} <= SITE_OWNED]
    assert [row.conname for row in between if row.first != "site_id"] == []
    outlive_their_subject = {"interaction_changes", "audit_events"}
    assert [row.conname for row in between if row.child in outlive_their_subject] == []


async def test_there_is_nothing_that_acts_by_itself(database_says: AsyncConnection) -> None:
    triggers = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    rules = "SELECT rulename FROM pg_rules WHERE schemaname = 'app'"
    event_triggers = "SELECT evtname FROM pg_event_trigger"
    for statement in (triggers, rules, event_triggers):
        assert await rows(database_says, statement) == []


async def test_views_see_what_their_reader_sees(database_says: AsyncConnection) -> None:
    found = await rows(
        database_says,
        "SELECT relname, relkind::text, relowner::regrole::text AS owner,"
        " 'security_invoker=true' = ANY (coalesce(reloptions, '{}')) AS is_invoker"
        " FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('v', 'm')",
    )
    assert [row.relname for row in found if row.relkind == "m"] == []
    more = {row.relname: row.owner for row in found if not row.is_invoker}
    assert more == catalogue.VIEWS_OF_ANOTHER_ROLE


async def test_each_function_that_sees_more_than_its_caller_was_reviewed(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        """
        SELECT p.oid::regprocedure::text AS name, proowner::regrole::text AS owner,
               coalesce(proconfig, '{}') AS settings,
               has_function_privilege('ims_app', p.oid, 'EXECUTE') AS is_for_app,
               array(SELECT grantee::regrole::text FROM aclexplode(proacl)
                     WHERE privilege_type = 'EXECUTE' AND grantee <> proowner) AS others
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
        WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema')
        """,
    )
    assert {row.name: row.owner for row in found} == catalogue.DEFINER_FUNCTIONS
    for row in found:
        assert row.settings == ["search_path=pg_catalog, pg_temp"]
        assert row.is_for_app
        assert row.others == ["ims_app"]  # PUBLIC would be listed as "-"


async def test_the_application_may_do_what_was_reviewed_and_no_more(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'app' AND grantee IN ('ims_app', 'PUBLIC')",
    )
    granted: dict[str, set[str]] = {}
    for row in found:
        granted.setdefault(row.table_name, set()).add(row.privilege_type)
    assert granted == GRANTS


async def test_the_application_cannot_read_a_password_hash(
    database_says: AsyncConnection, engine: AsyncEngine
) -> None:
    assert await column_grants(database_says) == catalogue.COLUMN_GRANTS
    async with engine.connect() as connection:
        allowed = await connection.scalar(
            text(
                "SELECT has_column_privilege('app.password_credentials', 'password_hash', 'SELECT')"
            )
        )
    assert allowed is False


async def test_the_look_ups_see_the_columns_that_were_reviewed(
    database_says: AsyncConnection,
) -> None:
    found = await rows(
        database_says,
        "SELECT relname, attname FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid"
        " WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0"
        " AND NOT attisdropped AND has_column_privilege('ims_lookup', c.oid, attnum, 'SELECT')",
    )
    seen: dict[str, set[str]] = {}
    for row in found:
        seen.setdefault(row.relname, set()).add(row.attname)
    assert seen == catalogue.LOOKUP_COLUMNS


async def column_grants(connection: AsyncConnection) -> dict[tuple[str, str], set[str]]:
    """What the application may do to single columns."""
    found = await rows(
        connection,
        """
        SELECT relname, attname, privilege_type
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) acl
        WHERE relnamespace = 'app'::regnamespace AND acl.grantee = 'ims_app'::regrole
        """,
    )
    granted: dict[tuple[str, str], set[str]] = {}
    for row in found:
        granted.setdefault((row.relname, row.attname), set()).add(row.privilege_type)
    return granted

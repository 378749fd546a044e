"""What is said of a database that something is wrong with."""

import asyncio
from collections.abc import Callable

import pytest

from app.doctor.checks import CHECKS, examine
from app.doctor.database import judge_version
from app.doctor.deployment import Deployment
from app.doctor.finding import Verdict
from app.schema.prepare import prepare_database
from app.schema.revisions import upgrade
from tests.conftest import Database, drop_database
from tests.doctor.conftest import Change, address, found, run_as_admin, verdict
from tests.factories import Make

OF_DATABASE = (
    "database",
    "database TLS",
    "database clock",
    "database role",
    "row-level security",
    "grants",
    "migrations",
    "administrators",
    "encrypted values",
)


async def test_a_migrated_database_with_an_administrator_is_well(
    own: Deployment, make_own: Make
) -> None:
    await make_own.admin()

    for subject in OF_DATABASE:
        assert await verdict(own, subject) is Verdict.OK, subject


async def test_nobody_who_can_begin_is_wrong(own: Deployment, make_own: Make) -> None:
    await make_own.user()
    await make_own.user(is_system_admin=True, is_active=False)

    finding = await found(own, "administrators")

    assert finding.verdict is Verdict.WRONG
    assert "ims create-admin" in str(finding.advice)


async def test_an_older_schema_is_wrong_and_all_is_looked_at(
    make_database: Callable[[], Database], changed: Change
) -> None:
    database = make_database()
    await prepare_database(database.admin_url, app_password=database.app_url.password)
    await asyncio.to_thread(upgrade, database.admin_url, "0002")
    older = changed(database_url=address(database.app_url))

    findings = {subject: finding async for subject, finding in examine(older)}

    await older.close()
    await drop_database(database.admin_url)
    assert findings.keys() == {check.subject for check in CHECKS}
    assert findings["migrations"].verdict is Verdict.WRONG
    assert "at 0002" in findings["migrations"].seen
    assert "ims migrate" in str(findings["migrations"].advice)
    assert findings["encrypted values"].verdict is Verdict.WRONG


async def test_a_login_that_passes_row_level_security_is_wrong(
    own_database: Database, changed: Change
) -> None:
    privileged = changed(database_url=address(own_database.admin_url))

    finding = await found(privileged, "database role")

    assert finding.verdict is Verdict.WRONG
    assert "is a superuser" in finding.seen


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE app.interactions NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE app.memberships DISABLE ROW LEVEL SECURITY",
        "DROP POLICY site_scope ON app.audit_events",
        "CREATE POLICY more ON app.interactions FOR SELECT TO ims_app USING (false)",
        "CREATE POLICY more ON app.interactions USING (true)",
        "ALTER POLICY site_scope ON app.memberships USING (true)",
    ],
)
async def test_a_gap_in_row_level_security_is_wrong(
    own: Deployment, own_database: Database, make_own: Make, statement: str
) -> None:
    await make_own.member(await make_own.site())
    assert await verdict(own, "row-level security") is Verdict.OK

    await run_as_admin(own_database, statement)

    finding = await found(own, "row-level security")
    assert finding.verdict is Verdict.WRONG
    assert finding.seen.rpartition(" ")[2] in statement


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("GRANT DELETE ON app.audit_events TO ims_app", "DELETE on audit_events"),
        ("GRANT UPDATE (changes) ON app.interaction_changes TO PUBLIC", "on interaction_changes"),
        ("GRANT TRUNCATE ON app.sites TO ims_app", "TRUNCATE on sites"),
        ("GRANT SELECT ON app.password_credentials TO ims_app", "SELECT on password_hash"),
        ("REVOKE INSERT ON app.interactions FROM ims_app", "no INSERT on interactions"),
    ],
)
async def test_a_right_too_many_or_too_few_is_wrong(
    own: Deployment, own_database: Database, statement: str, told: str
) -> None:
    await run_as_admin(own_database, statement)

    finding = await found(own, "grants")

    assert finding.verdict is Verdict.WRONG
    assert told in finding.seen


@pytest.mark.parametrize(
    ("version", "expected"),
    [(14, "wrong"), (15, "ok"), (18, "ok"), (19, "warning")],
)
def test_the_server_has_to_be_one_of_these_versions(version: int, expected: str) -> None:
    assert judge_version(version, "").verdict == expected


async def test_another_machine_that_is_not_asked_by_tls_is_told(
    own_database: Database, changed: Change
) -> None:
    # The driver goes by the socket of the query, and the name makes it another machine.
    remote = address(own_database.app_url.set(host="db.example"))

    assert await verdict(changed(database_url=remote), "database TLS") is Verdict.WARNING
    allowed = changed(database_url=remote, unencrypted_services="postgresql")
    assert await verdict(allowed, "database TLS") is Verdict.OK

"""Whether the keys are there that stored values were encrypted with."""

from app.core.sealing import load_key_ring
from app.doctor.deployment import Deployment
from app.doctor.finding import Verdict
from tests.conftest import Database
from tests.doctor.conftest import Change, address, found, run_as_admin, verdict
from tests.factories import Make

SUBJECT = "encrypted values"
FIRST = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECOND = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="


async def store(database: Database, one: Deployment, statement: str) -> None:
    """Store a value that the newest key of a deployment has sealed."""
    sealed = load_key_ring(one.settings).seal("nobody's business", context="some")
    await run_as_admin(database, statement.format(f"'\\x{sealed.hex()}'::bytea"))


async def test_notes_need_the_key_that_they_are_under(
    own_database: Database, make_own: Make, changed: Change
) -> None:
    url = address(own_database.app_url)
    first, second, both = (
        changed(database_url=url, encryption_keys=keys)
        for keys in (FIRST, SECOND, f"{SECOND},{FIRST}")
    )
    site = await make_own.site()
    row = await make_own.interaction(site, await make_own.member(site))

    await store(own_database, first, "UPDATE app.interactions SET confidential_notes = {}")

    assert await verdict(first, SUBJECT) is Verdict.OK
    assert await verdict(second, SUBJECT) is Verdict.WRONG
    finding = await found(both, SUBJECT)
    assert finding.verdict is Verdict.WARNING
    assert "ims rotate-keys" in str(finding.advice)
    assert row.title not in finding.seen


async def test_second_factors_need_the_key_that_they_are_under(
    own_database: Database, make_own: Make, changed: Change
) -> None:
    url = address(own_database.app_url)
    first = changed(database_url=url, encryption_keys=FIRST)
    user = await make_own.user()

    insert = f"INSERT INTO app.totp_credentials (user_id, secret) VALUES ({user.id}, {{}})"  # noqa: S608
    await store(own_database, first, insert)

    assert await verdict(first, SUBJECT) is Verdict.OK
    second = changed(database_url=url, encryption_keys=SECOND)
    assert await verdict(second, SUBJECT) is Verdict.WRONG
    without = changed(database_url=url)
    assert await verdict(without, SUBJECT) is Verdict.WRONG

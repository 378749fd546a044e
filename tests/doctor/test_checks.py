"""Each check ends, whatever it meets, and tells no secret."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from app.doctor.checks import CHECKS, Check, examine, look
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, Verdict, ok
from tests.doctor.conftest import Change, found

PASSWORD = "kept-to/itself"


async def never(_deployment: Deployment) -> Finding:
    await asyncio.Event().wait()
    return ok("never")


async def crashing(_deployment: Deployment) -> Finding:
    raise ValueError(PASSWORD)


@pytest.mark.parametrize("what", [never, crashing])
async def test_a_check_that_hangs_or_crashes_is_wrong(
    changed: Change, what: Callable[[Deployment], Awaitable[Finding]]
) -> None:
    finding = await look(Check("it", what, "Try again"), changed(), seconds=0.05)

    assert finding.verdict is Verdict.WRONG
    assert finding.advice == "Try again"
    assert PASSWORD not in finding.seen


@pytest.mark.parametrize(
    "addresses",
    [
        {
            "database_url": f"postgresql+asyncpg://ims_app:{PASSWORD}@127.0.0.1:1/ims",
            "redis_url": f"redis://:{PASSWORD}@127.0.0.1:1/0",
        },
        {"database_url": f"nonsense:{PASSWORD}", "redis_url": f"nonsense:{PASSWORD}"},
        {"database_url": None, "redis_url": None},
    ],
)
async def test_all_is_looked_at_though_nothing_is_there_and_no_secret_is_told(
    changed: Change, addresses: dict[str, str | None]
) -> None:
    values = {"token_signing_key": PASSWORD, "encryption_keys": PASSWORD}
    nothing = changed(**values, **addresses)

    findings = {subject: finding async for subject, finding in examine(nothing)}

    assert findings.keys() == {check.subject for check in CHECKS}
    for subject in ("signing key", "encryption keys", "database", "grants", "Redis", "worker"):
        assert findings[subject].verdict is Verdict.WRONG, subject
        assert findings[subject].advice
    assert "itself" not in str(findings)


async def test_a_server_that_never_answers_is_not_waited_for(changed: Change) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        one = changed(
            database_url=f"postgresql+asyncpg://ims_app@127.0.0.1:{port}/ims?ssl=disable",
            redis_url=f"redis://127.0.0.1:{port}/0",
        )
        for subject in ("database", "Redis"):
            assert (await found(one, subject)).verdict is Verdict.WRONG

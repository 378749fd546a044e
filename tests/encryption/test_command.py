"""The command as a shell runs it, also when it is killed in the middle."""

import asyncio
import base64
import signal
import sys
from asyncio.subprocess import PIPE, Process

from app.core.config import Settings, process_environment
from app.core.sealing import KeyRing
from tests.encryption.conftest import NEW, OLD, Deployment
from tests.faults.served import PROJECT

ROWS = 4000


async def start(settings: Settings, keys: str | None = None) -> Process:
    """Begin `ims rotate-keys`."""
    ring = ",".join(base64.b64encode(key).decode() for key in (NEW, OLD))
    environment = process_environment() | {
        "DATABASE_URL": settings.required_database_url,
        "ENCRYPTION_KEYS": keys or ring,
        "IMS_STATE_DIR": str(settings.ims_state_dir),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "rotate-keys"),
        cwd=PROJECT,
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )


async def run(settings: Settings, keys: str | None = None) -> tuple[int | None, str, str]:
    """Run it to its end: the exit code and what was printed, to both streams."""
    process = await start(settings, keys)
    output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


async def renewed(deployment: Deployment) -> int:
    """How many notes are under the new key."""
    head = KeyRing([NEW]).current_head.hex()
    ((count,),) = await deployment.rows(
        "SELECT count(*) FROM app.interactions"  # noqa: S608 - hexadecimal
        f" WHERE encode(substr(confidential_notes, 1, 9), 'hex') = '{head}'"
    )
    return int(count)


async def test_a_run_that_is_killed_is_carried_on_by_the_next(deployment: Deployment) -> None:
    ids = await deployment.note(*(f"Note {one}" for one in range(ROWS)))
    expected = {one: f"Note {place}" for place, one in enumerate(ids)}

    process = await start(deployment.settings)
    while not await renewed(deployment):
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    done = await renewed(deployment)

    assert 0 < done < ROWS
    assert await deployment.opened(NEW, OLD) == expected
    code, output, errors = await run(deployment.settings)
    assert (code, errors) == (0, "")
    assert output.startswith(f"Confidential notes: {ROWS - done} encrypted anew, 0 that no key")
    assert "can be removed from ENCRYPTION_KEYS" in output
    assert await deployment.opened(NEW) == expected


async def test_a_key_that_is_missing_is_an_exit_code(deployment: Deployment) -> None:
    await deployment.note("Under the old key")

    code, output, errors = await run(deployment.settings, base64.b64encode(NEW).decode())

    assert (code, errors) == (1, "")
    assert "Keep all keys" in output
    assert await deployment.opened(OLD)


async def test_a_key_that_is_none_is_told_in_a_line(deployment: Deployment) -> None:
    code, output, errors = await run(deployment.settings, "too short")

    assert (code, output) == (1, "")
    assert errors.startswith("ims: ENCRYPTION_KEYS: each key is 32 bytes in base64")
    assert "too short" not in errors

"""`ims rotate-keys` encrypts everything with the newest key, and changes nothing else."""

import asyncio

from sqlalchemy import text

from app.core.database import unscoped_transaction
from app.core.sealing import KeyRing
from app.core.vocabulary import Role
from app.encryption.renewing import Renewal
from app.encryption.rotation import is_complete, rotate_keys, rotation_lines
from app.models import TotpCredential
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.encryption.conftest import LOST, NEW, OLD, Deployment

UNTOUCHED = (
    "SELECT id, version, updated_at, updated_by, deleted_at, title FROM app.interactions"
    " ORDER BY id",
    "SELECT c::text FROM app.interaction_changes c ORDER BY id",
)
STORED = "SELECT id, confidential_notes FROM app.interactions ORDER BY id"
EVENTS = "SELECT action, actor_id, details FROM app.system_events WHERE action LIKE 'encryption%'"


async def seal_second_factor(deployment: Deployment) -> int:
    user = deployment.admin.id
    sealed = KeyRing([OLD]).seal("JBSWY3DP", context=f"totp:{user}")
    async with unscoped_transaction(deployment.app.api.state.engine) as session:
        session.add(TotpCredential(user_id=user, secret=sealed, last_step=7))
    return user


async def test_everything_is_renewed_and_nothing_else_changes(deployment: Deployment) -> None:
    make, client = deployment.app.make, deployment.app.client(deployment.admin)
    closed = await make.site(is_active=False)
    ids = await deployment.note(*(f"Note {one}" for one in range(250)))
    (in_trash,) = await deployment.note("In the trash")
    (elsewhere,) = await deployment.note("Elsewhere", site=closed)
    (current,) = await deployment.note("Current", key=NEW)
    await make.interaction(deployment.site, deployment.admin)
    assert (await client.delete(f"/interactions/{in_trash}")).status_code == 204
    user = await seal_second_factor(deployment)
    before = [await deployment.rows(one) for one in UNTOUCHED]
    stored = dict(await deployment.rows(STORED))

    found = await rotate_keys(deployment.settings)

    assert found == {"confidential_notes": Renewal(252), "second_factors": Renewal(1)}
    opened = await deployment.opened(NEW)
    assert opened == {one: f"Note {place}" for place, one in enumerate(ids)} | {
        in_trash: "In the trash",
        elsewhere: "Elsewhere",
        current: "Current",
    }
    assert dict(await deployment.rows(STORED))[current] == stored[current]
    assert [await deployment.rows(one) for one in UNTOUCHED] == before
    (factor,) = await deployment.rows("SELECT user_id, secret, last_step FROM app.totp_credentials")
    assert (factor.user_id, factor.last_step) == (user, 7)
    assert KeyRing([NEW]).open(factor.secret, context=f"totp:{user}") == "JBSWY3DP"
    details = {"confidential_notes": 252, "second_factors": 1}
    assert await deployment.rows(EVENTS) == [("encryption_keys.rotated", None, details)]
    answer = (await client.get(f"/interactions/{ids[0]}")).json()
    assert (answer["confidential_notes"], answer["version"]) == ("Note 0", 1)


async def test_run_again_it_changes_nothing(deployment: Deployment) -> None:
    await deployment.note("One", "Two")
    await rotate_keys(deployment.settings)
    stored = await deployment.rows(STORED)

    found = await rotate_keys(deployment.settings)

    assert found == {"confidential_notes": Renewal(), "second_factors": Renewal()}
    assert await deployment.rows(STORED) == stored
    assert len(await deployment.rows(EVENTS)) == 1


async def test_while_people_write_nothing_of_theirs_is_lost(deployment: Deployment) -> None:
    client = deployment.app.client(deployment.admin)
    ids = await deployment.note(*["Before"] * 300)
    written: dict[int, str] = {}
    is_over = asyncio.Event()

    async def write(place: int) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            one = ids[(place * 37 + number * 7) % len(ids)]
            field = "confidential_notes" if number % 3 else "location"
            content = f"{place}.{number}"
            response = await client.patch(f"/interactions/{one}", json={field: content})
            assert response.status_code == 200, response.text
            if number % 3:
                # Its answer is what the row said then: a later writer has a later version.
                latest[one] = max(latest.get(one, (0, "")), (response.json()["version"], content))

    latest: dict[int, tuple[int, str]] = {}
    writers = [asyncio.create_task(write(place)) for place in range(4)]
    await asyncio.sleep(0.2)
    found = await rotate_keys(deployment.settings)
    is_over.set()
    await asyncio.gather(*writers)

    written = {one: content for one, (_, content) in latest.items()}
    assert len(written) > 20
    assert found["confidential_notes"].renewed > 100
    assert is_complete(found)
    assert await deployment.opened(NEW) == dict.fromkeys(ids, "Before") | written


async def test_a_row_that_somebody_holds_is_waited_for_without_standing_still(
    deployment: Deployment,
) -> None:
    held, *others = await deployment.note("Held", "One", "Two")
    scope = SiteScope(user_id=0, roles={deployment.site.id: Role.EDITOR})
    async with scoped_session(deployment.app.api.state.engine, scope) as session:
        await session.execute(
            text("SELECT 1 FROM app.interactions WHERE id = :id FOR UPDATE"), {"id": held}
        )
        rotation = asyncio.create_task(rotate_keys(deployment.settings))
        await asyncio.sleep(0.6)
        ring, stored = KeyRing([NEW]), dict(await deployment.rows(STORED))
        assert [ring.is_current(stored[one]) for one in (held, *others)] == [False, True, True]

    found = await rotation

    assert found["confidential_notes"] == Renewal(renewed=3)
    assert len(await deployment.opened(NEW)) == 3


async def test_what_no_key_opens_is_left_as_it_is_and_told(deployment: Deployment) -> None:
    lost, good = await deployment.note("Lost", key=LOST), await deployment.note("Good")
    before = dict(await deployment.rows(STORED))

    found = await rotate_keys(deployment.settings)

    assert found["confidential_notes"] == Renewal(renewed=1, unreadable=1)
    assert not is_complete(found)
    after = dict(await deployment.rows(STORED))
    assert after[lost[0]] == before[lost[0]]
    assert after[good[0]] != before[good[0]]
    told = "\n".join(rotation_lines(found))
    assert "1 that no key opens" in told
    assert "Keep all keys" in told
    assert "can be removed" not in told

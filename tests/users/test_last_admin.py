"""The last active system administrator stays one."""

import asyncio

from app.core.config import Settings
from tests.conftest import MakeMigrated
from tests.desk import error_of
from tests.own_app import own_app


async def test_of_two_at_once_one_system_admin_stays(
    make_migrated: MakeMigrated, settings: Settings
) -> None:
    async with own_app(make_migrated, settings) as own:
        first, second = await own.make.admin(), await own.make.admin()
        await own.make.user(is_system_admin=True, is_active=False)
        one, other = own.client(first), own.client(second)
        for client in (one, other):
            assert (await client.get("/auth/me")).status_code == 200  # remembered for a second

        answers = await asyncio.gather(
            one.delete(f"/users/{second.id}"), other.delete(f"/users/{first.id}")
        )

        assert sorted(answer.status_code for answer in answers) == [204, 409]
        last, client = (first, one) if answers[0].status_code == 204 else (second, other)
        error_of(await client.delete(f"/users/{last.id}"), 409)
        whole = {
            "username": last.username,
            "email": last.email,
            "full_name": last.full_name,
            "is_active": True,
        }
        path = f"/users/{last.id}"
        error_of(await client.put(path, json=whole | {"is_system_admin": False}), 409)
        kept = await client.put(path, json=whole | {"is_system_admin": True})
        assert kept.status_code == 200

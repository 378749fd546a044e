"""What stands before the first revision can be made again, and by several at once."""

import asyncio
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.schema.prepare import prepare_database
from app.schema.roles import ROLES
from tests.conftest import Database, drop_database

MEMBERSHIPS = text(
    "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
    " WHERE roleid::regrole::text LIKE 'ims_%'"
)


async def test_several_can_prepare_one_database_and_others_at_once(
    make_database: Callable[[], Database],
) -> None:
    one, other = make_database(), make_database()
    urls = [one.admin_url, one.admin_url, one.admin_url, other.admin_url]
    password = one.app_url.password
    try:
        left = await asyncio.gather(*(prepare_database(url, app_password=password) for url in urls))
        assert left == [[]] * len(urls)
    finally:
        await drop_database(one.admin_url)
        await drop_database(other.admin_url)


async def test_all_roles_are_there_with_the_memberships_they_need(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    async with own_engine.connect() as connection:
        found = {(row[0], row[1]) for row in await connection.execute(MEMBERSHIPS)}
    assert {(role.name, parent) for role in ROLES for parent in role.member_of} <= found


async def test_nobody_can_make_things_in_the_public_schema(
    own_database: Database, own_engine: AsyncEngine
) -> None:
    async with own_engine.connect() as connection:
        allowed = await connection.scalar(
            text("SELECT has_schema_privilege('ims_app', 'public', 'CREATE')")
        )
    assert allowed is False

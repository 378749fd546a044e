"""What must stand before the first revision: database, roles, schema, extension."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.schema.one_off import one_off_engine
from app.schema.roles import APP, MIGRATOR, OWNER, ROLES

LOCK = 4_737_301
"""Advisory lock: two `ims migrate` at once take turns. Any number that nothing else uses."""

EXTENSIONS = ("unaccent", "pg_trgm", "intarray")
"""Comparing without accents, finding parts of words, and sites in the same index as those."""


async def prepare_database(url: URL, *, app_password: str | None) -> list[str]:
    """Make what the revisions rely on; repeatable, and safe at the same time as another.

    Args:
        url: Login that may create roles, and the database and the extension where missing.
        app_password: Password to give to `ims_app`; None leaves it as it is.

    Returns:
        What this login may not do, as SQL for somebody who may.
    """
    async with _turn(url), _connection(url) as connection, connection.begin():
        return await _prepare(connection, app_password=app_password)


@asynccontextmanager
async def _turn(url: URL) -> AsyncIterator[None]:
    """Make the database where it is missing, and keep others from making the same roles.

    Roles belong to the cluster and advisory locks to one database, so all meet in `postgres`.
    """
    async with AsyncExitStack() as stack:
        try:
            meeting = await stack.enter_async_context(
                _connection(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
            )
            await meeting.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            await _create_database(meeting, url.database)
        except (DBAPIError, OSError):
            # A managed cluster may have no such database, or not let us make ours. If ours is
            # missing, the next connection says so better than we could.
            pass
        yield


@asynccontextmanager
async def _connection(url: URL, **options: str) -> AsyncIterator[AsyncConnection]:
    engine = one_off_engine(url, **options)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _create_database(meeting: AsyncConnection, name: str | None) -> None:
    found = await meeting.scalar(
        text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
    )
    if found is None:
        await meeting.exec_driver_sql(f"CREATE DATABASE {_identifier(name)}")


async def _prepare(connection: AsyncConnection, *, app_password: str | None) -> list[str]:
    left_to_do = []
    for statement in await _missing(connection, app_password=app_password):
        try:
            async with connection.begin_nested():
                await connection.exec_driver_sql(statement)
        except DBAPIError:
            left_to_do.append(_without_password(statement))
    return left_to_do


async def _missing(connection: AsyncConnection, *, app_password: str | None) -> Sequence[str]:
    """The statements that this database still needs."""
    roles = set(await connection.scalars(text("SELECT rolname FROM pg_roles")))
    memberships = set(
        await connection.execute(
            text("SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members")
        )
    )
    statements = [
        f"CREATE ROLE {role.name} {role.attributes}" for role in ROLES if role.name not in roles
    ]
    statements += [
        f"GRANT {parent} TO {role.name}"
        for role in ROLES
        for parent in role.member_of
        if (parent, role.name) not in memberships
    ]
    statements += await _missing_objects(connection)
    if app_password is not None:
        statements.append(f"ALTER ROLE {APP} PASSWORD {_literal(app_password)}")
    return statements


async def _missing_objects(connection: AsyncConnection) -> list[str]:
    row = (
        await connection.execute(
            text("""
            SELECT current_database() AS database, current_user AS login,
                   to_regnamespace('app') IS NULL AS no_schema,
                   ARRAY(SELECT extname::text FROM pg_extension) AS extensions,
                   (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
                   coalesce((SELECT rolbypassrls FROM pg_roles
                             WHERE rolname = 'ims_migrator'), false) AS migrator_bypasses
        """)
        )
    ).one()
    statements = []
    if not row.is_superuser and row.login != MIGRATOR:
        statements.append(f"GRANT {OWNER} TO {_identifier(row.login)}")
    if row.no_schema:
        statements.append(f"CREATE SCHEMA app AUTHORIZATION {OWNER}")
    statements += [
        f"CREATE EXTENSION {name} WITH SCHEMA public"
        for name in EXTENSIONS
        if name not in row.extensions
    ]
    if row.is_superuser and not row.migrator_bypasses:
        # Only so that pg_dump may be run as this role; policies let it see all rows anyway.
        statements.append(f"ALTER ROLE {MIGRATOR} BYPASSRLS")
    statements.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    statements.append(f"GRANT CONNECT ON DATABASE {_identifier(row.database)} TO {APP}, {MIGRATOR}")
    return statements


def _without_password(statement: str) -> str:
    return re.sub(r" PASSWORD '.*'$", " PASSWORD '...'", statement)


def _identifier(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

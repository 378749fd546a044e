"""The database: the server, the login, the schema, and who can begin with it."""

import time

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.database import unscoped_transaction
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning, wrong
from app.models import User
from app.schema.guard import UnsafeDatabaseError, require_safe_role
from app.schema.revisions import current_revision, head_revision

OLDEST, NEWEST = 15, 18
"""The versions of PostgreSQL that the tests run on."""

_ROUNDS = 5


async def check_server(deployment: Deployment) -> Finding:
    """Whether it answers, how fast, and whether it is a version that this runs on."""
    async with deployment.engine.connect() as connection:
        number = await connection.scalar(text("SELECT current_setting('server_version_num')::int"))
        fastest = min([await _round_trip(connection) for _ in range(_ROUNDS)])
    version = int(number or 0) // 10_000
    return judge_version(version, f"PostgreSQL {version} answers in {fastest * 1000:.1f} ms")


def judge_version(version: int, seen: str) -> Finding:
    """What there is to say of a server of this version."""
    if version < OLDEST:
        return wrong(seen, f"Upgrade the server: it has to be {OLDEST} to {NEWEST}")
    if version > NEWEST:
        return warning(
            seen, f"This release was tried on {OLDEST} to {NEWEST}: look for a newer one"
        )
    return ok(seen)


async def check_role(deployment: Deployment) -> Finding:
    """Whether row-level security binds the login: what API and worker ask when they start."""
    try:
        await require_safe_role(deployment.engine)
    except UnsafeDatabaseError as error:
        return wrong(str(error), "API and worker refuse to start before that is mended")
    async with deployment.engine.connect() as connection:
        login = await connection.scalar(text("SELECT current_user"))
    return ok(f"{login} cannot pass row-level security")


async def check_migrations(deployment: Deployment) -> Finding:
    """Whether the schema is the one that this code is for."""
    async with deployment.engine.connect() as connection:
        current = await current_revision(connection)
    head = head_revision()
    if current == head:
        return ok(f"at {head}, the newest")
    return wrong(
        f"the database is at {current or 'none'}, this code is for {head}",
        "Run `ims migrate`, or the release that the database was migrated by",
    )


async def check_administrators(deployment: Deployment) -> Finding:
    """Whether somebody can make users and sites."""
    statement = select(func.count()).where(User.is_active, User.is_system_admin)
    async with unscoped_transaction(deployment.engine) as session:
        count = await session.scalar(statement)
    if not count:
        return wrong("no active system administrator", "Make one with `ims create-admin`")
    return ok(f"{count} active system administrator{'' if count == 1 else 's'}")


async def _round_trip(connection: AsyncConnection) -> float:
    began = time.perf_counter()
    await connection.execute(text("SELECT 1"))
    return time.perf_counter() - began

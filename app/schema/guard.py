"""Refusing to start under a role that could pass row-level security."""

from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import StartRefusedError
from app.schema.one_off import one_off_engine

_FAULTS = text("""
    WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user)
    SELECT 'is a superuser' FROM me WHERE rolsuper
    UNION ALL SELECT 'has BYPASSRLS' FROM me WHERE rolbypassrls
    UNION ALL SELECT 'is a member of ' || m.roleid::regrole
        FROM pg_auth_members m JOIN me ON m.member = me.oid
    UNION ALL SELECT 'owns ' || c.oid::regclass
        FROM pg_class c JOIN me ON c.relowner = me.oid
        WHERE c.relnamespace = to_regnamespace('app')
""")

_UNPROTECTED = text("""
    SELECT c.oid::regclass::text
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace('app') AND c.relkind IN ('r', 'p')
        AND a.attname = 'site_id' AND NOT a.attisdropped
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
""")


class UnsafeDatabaseError(StartRefusedError):
    """The database would not keep the sites apart."""


async def require_safe_database(url: str) -> None:
    """Check a database before anything is started on it.

    Raises:
        StartRefusedError: It cannot be reached, or would not keep the sites apart.
    """
    try:
        engine = one_off_engine(url)
    except ArgumentError as error:
        raise StartRefusedError(f"DATABASE_URL is no address of a database: {error}") from None
    except OSError as error:
        raise StartRefusedError(f"TLS_CA_FILE cannot be used: {error}") from None
    try:
        await require_safe_role(engine)
    except (DBAPIError, OSError) as error:
        origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise StartRefusedError(f"the database cannot be used: {origin}") from None
    finally:
        await engine.dispose()


async def require_safe_role(engine: AsyncEngine) -> None:
    """Check that row-level security binds this login, on every table that sites own.

    Raises:
        UnsafeDatabaseError: It does not; the message says why.
    """
    async with engine.connect() as connection:
        login = await connection.scalar(text("SELECT current_user"))
        faults = list(await connection.scalars(_FAULTS))
        unprotected = list(await connection.scalars(_UNPROTECTED))
    if faults:
        raise UnsafeDatabaseError(
            f"the database role {login} {', '.join(faults)}; DATABASE_URL has to log in as ims_app"
        )
    if unprotected:
        raise UnsafeDatabaseError(
            f"row-level security is not forced on {', '.join(unprotected)}; run `ims migrate`"
        )

"""How Alembic connects: as the migration login, which becomes the owner of the tables."""

import asyncio

from alembic import context
from sqlalchemy import URL, Connection, make_url, text

from app.local.connect import connected_settings
from app.models import Base
from app.models.base import SCHEMA
from app.schema.one_off import one_off_engine


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Compare our own schema only."""
    return kind != "schema" or name == SCHEMA


def run(connection: Connection) -> None:
    """Run the revisions in one transaction.

    A revision that cannot get its lock gives up rather than have every reader queue behind it.
    A data migration needs `SET LOCAL ROLE ims_migrator`: the owner sees no row of a site.
    """
    connection.execute(text("SET lock_timeout = '2s'"))
    connection.execute(text("SET statement_timeout = '5min'"))
    connection.execute(text("SET ROLE ims_owner"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=include_name,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migration_url() -> URL:
    """The URL handed over by the caller, else that of the settings or of a running `make run`."""
    url: URL | None = context.config.attributes.get("url")
    if url is not None:
        return url
    if secret := connected_settings().migration_database_url:
        return make_url(secret.get_secret_value())
    raise SystemExit("MIGRATION_DATABASE_URL is not set, and no `make run` is running here")


async def main() -> None:
    """Connect and run."""
    engine = one_off_engine(migration_url())
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


asyncio.run(main())

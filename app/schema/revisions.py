"""Running Alembic, and asking which revision a database is at."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

SCRIPTS = Path(__file__).parents[2] / "alembic"


def alembic_config(url: URL | None = None) -> Config:
    """Alembic's configuration, for the database given or the one in the settings."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = url
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Run the revisions up to the one named. Blocking: it starts an event loop of its own."""
    command.upgrade(alembic_config(url), revision)


def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


async def current_revision(connection: AsyncConnection) -> str | None:
    """The revision that the database is at; None for an empty one."""

    def read(sync_connection: object) -> str | None:
        context = MigrationContext.configure(
            sync_connection,  # type: ignore[arg-type]  # run_sync passes a Connection
            opts={"version_table_schema": "app"},
        )
        return context.get_current_revision()

    return await connection.run_sync(read)

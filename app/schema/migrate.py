"""`ims migrate`: from whatever is there to the newest schema."""

import asyncio

from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from app.core.config import StartRefusedError
from app.schema.prepare import prepare_database
from app.schema.revisions import upgrade
from app.schema.roles import APP


def prepare(url: URL, *, app_url: URL | None) -> list[str]:
    """Make roles, schema and extension where they are missing.

    Args:
        url: The login that may do so.
        app_url: The application's login; its password is set if it is `ims_app`'s.

    Returns:
        What this login may not do, as SQL for somebody who may.

    Raises:
        StartRefusedError: The database cannot be reached.
    """
    app_password = app_url.password if app_url is not None and app_url.username == APP else None
    try:
        return asyncio.run(prepare_database(url, app_password=app_password))
    except (DBAPIError, OSError) as error:
        raise StartRefusedError(f"the database cannot be prepared: {_reason(error)}") from None


def run_revisions(url: URL) -> None:
    """Run the revisions that are missing.

    Raises:
        StartRefusedError: One cannot be run, or the database is at one that this code lacks.
    """
    try:
        upgrade(url)
    except (DBAPIError, CommandError, OSError) as error:
        raise StartRefusedError(f"the database cannot be migrated: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(origin).splitlines()[0]

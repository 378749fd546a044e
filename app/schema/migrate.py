"""`ims migrate`: from whatever is there to the newest schema."""

import asyncio

from sqlalchemy import URL

from app.schema.prepare import Preparation, prepare_database
from app.schema.revisions import upgrade
from app.schema.roles import APP


def migrate(url: URL, *, app_url: URL | None) -> Preparation:
    """Make roles, schema and extension where they are missing, then run the revisions.

    Args:
        url: The login that may do so.
        app_url: The application's login; its password is set if it is `ims_app`'s.
    """
    app_password = app_url.password if app_url is not None and app_url.username == APP else None
    left = asyncio.run(prepare_database(url, app_password=app_password))
    upgrade(url)
    return left

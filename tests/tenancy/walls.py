"""Taking down one wall of the tenancy or both, to see whether the other holds and the proof sees.

The first wall is the filter of the session, the second the database's row-level security.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import event

from app import main
from app.core.config import Settings
from app.tenancy import session
from tests.conftest import Database
from tests.starting import started

_LISTENERS = (
    ("do_orm_execute", session._filter),
    ("before_flush", session._refuse_writes_outside),
)


@contextmanager
def without_filter() -> Iterator[None]:
    """Take the session's own filter away."""
    for name, listener in _LISTENERS:
        event.remove(session.FilteredSession, name, listener)
    try:
        yield
    finally:
        for name, listener in _LISTENERS:
            event.listen(session.FilteredSession, name, listener)


@asynccontextmanager
async def application_past_row_level_security(
    settings: Settings, database: Database
) -> AsyncIterator[FastAPI]:
    """The application, logged in as a superuser, whom no policy binds."""
    url = database.admin_url.render_as_string(hide_password=False)
    reckless = settings.model_copy(update={"database_url": SecretStr(url)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "require_safe_role", _look_away)
        async with started(reckless) as app:
            yield app


async def _look_away(_engine: object) -> None:
    """Stand in for the guard that would refuse this role."""

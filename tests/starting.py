"""More applications than the one that all tests share, and the document that all of them have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI

from app.auth.passwords import PasswordHasher
from app.core.config import Settings
from app.main import create_app
from tests.desk import Json


@cache
def document() -> Json:
    """The OpenAPI document, which depends on no setting, as `tests/api/test_committed.py` shows."""
    return create_app(Settings(docs_enabled=True)).openapi()


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[FastAPI]:
    """An application of some settings, started."""
    passwords = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # it closes it
    app = create_app(settings, passwords=passwords)
    # Building it is most of a start; the application that all tests share builds its own.
    app.openapi_schema = document()
    async with app.router.lifespan_context(app):
        yield app

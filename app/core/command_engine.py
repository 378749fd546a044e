"""The database of a command that is run once from a shell."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings, StartRefusedError
from app.core.database import JOB_STATEMENT_SECONDS, create_app_engine
from app.core.database_errors import database_answer


@asynccontextmanager
async def command_engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Connect for as long as the command runs, one statement at a time.

    Raises:
        StartRefusedError: The database is out of reach, or refuses what the command does.
    """
    engine = create_app_engine(settings, pool_size=1, statement_seconds=JOB_STATEMENT_SECONDS)
    try:
        yield engine
    except (DBAPIError, OSError) as error:
        if (answer := database_answer(error)) is None:
            raise
        raise StartRefusedError(answer.text) from None
    finally:
        await engine.dispose()

"""What is looked at: the settings, and the servers that they name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import Settings
from app.core.database import create_app_engine
from app.core.redis import create_redis


class Deployment:
    """One deployment; it connects to nothing before something is asked of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def engine(self) -> AsyncEngine:
        """The application's own way to the database.

        Raises:
            MissingSettingError: No database is named.
        """
        return create_app_engine(self.settings, pool_size=1)

    @cached_property
    def redis(self) -> Redis:
        """The application's own way to Redis.

        Raises:
            MissingSettingError: No Redis is named.
        """
        return create_redis(self.settings)

    async def close(self) -> None:
        """Let go of the connections that were made."""
        if "engine" in vars(self):
            await self.engine.dispose()
        if "redis" in vars(self):
            await self.redis.aclose()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Deployment]:
    """A deployment to look at, whose connections end with the block."""
    deployment = Deployment(settings)
    try:
        yield deployment
    finally:
        await deployment.close()

"""Asking what the service stands on."""

import asyncio
from typing import Literal

import structlog
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.schema.revisions import current_revision, head_revision

logger = structlog.get_logger()


async def check_database(
    engine: AsyncEngine, *, seconds: float
) -> Literal["ok", "unavailable", "not_migrated"]:
    """Whether the database answers, at the revision that this code is for."""
    try:
        async with asyncio.timeout(seconds), engine.connect() as connection:
            current = await current_revision(connection)
    except Exception as error:
        logger.warning("database_unavailable", error=type(error).__name__)
        return "unavailable"
    return "ok" if current == head_revision() else "not_migrated"


async def check_redis(redis: Redis, *, seconds: float) -> Literal["ok", "unavailable"]:
    """Whether Redis answers."""
    try:
        async with asyncio.timeout(seconds):
            await redis.ping()
    except Exception as error:
        logger.warning("redis_unavailable", error=type(error).__name__)
        return "unavailable"
    return "ok"

"""The connections to Redis, which is never the truth about anything."""

from dataclasses import replace
from typing import Any

from arq.connections import RedisSettings
from redis.asyncio import BlockingConnectionPool, Redis

from app.core.config import Settings
from app.core.tls import redis_tls

SECONDS = 1.0
MAX_CONNECTIONS = 20


def create_redis(settings: Settings) -> Redis:
    """Make a client; it connects at its first command, and gives up after a second.

    Who finds all of its connections in use waits for one as long.
    """
    url = settings.required_redis_url
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=SECONDS,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        **redis_tls(settings, url),
    )
    return Redis.from_pool(pool)


def queue_settings(settings: Settings) -> RedisSettings:
    """How arq connects, for the worker and for whoever hands it a job."""
    url = settings.required_redis_url
    tls: dict[str, Any] = redis_tls(settings, url)
    return replace(RedisSettings.from_dsn(url), **tls)

"""The connection to Redis, which is never the truth about anything."""

from redis.asyncio import Redis

SECONDS = 1.0


def create_redis(url: str) -> Redis:
    """Make a client; it connects at its first command, and gives up after a second."""
    client: Redis = Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    return client

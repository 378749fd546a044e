"""Handing jobs to the worker. The truth about a job is its row; Redis only carries the row's id."""

import orjson
import structlog
from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.core.errors import Unavailable

logger = structlog.get_logger()


class JobQueue:
    """Tells the worker by name what to do, and by id about what."""

    def __init__(self, redis: Redis) -> None:
        # JSON as in the worker: arq's default is pickle, with which who reads runs code.
        self._redis = ArqRedis(redis.connection_pool, job_serializer=orjson.dumps)

    async def enqueue(self, job: str, row_id: int) -> None:
        """Hand over a job; one that waits already is not handed over again.

        Raises:
            Unavailable: Redis is out of reach.
        """
        try:
            await self._redis.enqueue_job(job, row_id, _job_id=f"{job}:{row_id}")
        except (RedisError, OSError) as error:
            logger.warning("job_not_enqueued", job=job, error=type(error).__name__)
            raise Unavailable from error

    async def hurry(self, job: str, row_id: int) -> bool:
        """Hand over a job that the clock would start anyway; tells whether Redis took it."""
        try:
            await self.enqueue(job, row_id)
        except Unavailable:
            return False
        return True

"""Handing jobs to the worker: by id, once, and with a Redis that may not be there."""

import pytest
from arq.connections import ArqRedis
from arq.jobs import deserialize_job_raw
from orjson import loads

from app.core.config import Settings
from app.core.errors import Unavailable
from app.core.queue import JobQueue
from app.core.redis import create_redis
from tests.factories import unique


async def test_a_job_is_json_and_waits_once(settings: Settings) -> None:
    redis, job = create_redis(settings), unique("job")
    queue = JobQueue(redis)

    await queue.enqueue(job, 17)
    await queue.enqueue(job, 17)

    stored = await redis.get(f"arq:job:{job}:17")
    name, arguments, keywords, *_ = deserialize_job_raw(stored, deserializer=loads)
    assert (name, list(arguments), keywords) == (job, [17], {})
    waiting = await ArqRedis(redis.connection_pool).zrange("arq:queue", 0, -1)
    assert waiting.count(f"{job}:17".encode()) == 1
    await redis.zrem("arq:queue", f"{job}:17")
    await redis.aclose()


async def test_without_redis_who_must_know_is_told(settings: Settings) -> None:
    url = {"redis_url": "redis://127.0.0.1:1/0"}
    redis = create_redis(Settings(**settings.model_dump() | url))
    queue = JobQueue(redis)

    with pytest.raises(Unavailable):
        await queue.enqueue("send_mail", 1)
    assert await queue.hurry("send_mail", 1) is False
    await redis.aclose()

"""Redis: the server, and whether it keeps what it is given."""

import time

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning, wrong

OLDEST = (6, 2)
_ROUNDS = 5


async def check_server(deployment: Deployment) -> Finding:
    """Whether it answers, how fast, and whether it is a version that this runs on."""
    info = await deployment.redis.info("server")
    fastest = min([await _round_trip(deployment.redis) for _ in range(_ROUNDS)])
    name, version = "Redis", str(info["redis_version"])
    if "valkey_version" in info:
        name, version = "Valkey", str(info["valkey_version"])
    seen = f"{name} {version} answers in {fastest * 1000:.1f} ms"
    # Valkey tells the version of Redis that it is compatible with, too.
    return judge_version(str(info["redis_version"]), seen)


def judge_version(version: str, seen: str) -> Finding:
    """What there is to say of a server that is, or is compatible with, this version of Redis."""
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        return wrong(seen, "Upgrade the server: it has to be 6.2 or newer, or Valkey")
    return ok(seen)


async def check_memory(deployment: Deployment) -> Finding:
    """Whether it refuses new keys rather than forgetting queued jobs, once it is full."""
    # Not CONFIG GET, which many who sell Redis do not let anybody use.
    policy = str((await deployment.redis.info("memory"))["maxmemory_policy"])
    if policy != "noeviction":
        return wrong(f"maxmemory-policy {policy}", "Set it to noeviction: a queue is no cache")
    return ok("maxmemory-policy noeviction")


async def check_persistence(deployment: Deployment) -> Finding:
    """Whether queued jobs and counts outlive a restart of it."""
    redis = deployment.redis
    if (await redis.info("persistence"))["aof_enabled"] or await _saves(redis):
        return ok("kept over a restart")
    if not deployment.settings.is_production:
        return ok("lost at a restart, which development can bear")
    return warning(
        "lost at a restart: queued jobs then wait until they are found again in PostgreSQL",
        "Set `appendonly yes`",
    )


async def _round_trip(redis: Redis) -> float:
    began = time.perf_counter()
    await redis.ping()
    return time.perf_counter() - began


async def _saves(redis: Redis) -> bool:
    try:
        return bool((await redis.config_get("save")).get("save"))
    except ResponseError:  # it may not be asked
        return False

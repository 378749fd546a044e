"""What is said of a Redis that something is wrong with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from arq import Worker, func
from redis.asyncio import Redis

from app.core.redis import create_redis, queue_settings
from app.doctor.deployment import Deployment
from app.doctor.finding import Verdict
from app.doctor.redis import judge_version
from app.local.throwaway import ThrowawayServers
from tests.doctor.conftest import Change, found, verdict
from tests.doctor.test_settings import FIT

OF_REDIS = ("Redis", "Redis TLS", "Redis clock", "Redis memory", "Redis persistence")


@pytest.fixture
def own(own_servers: ThrowawayServers, changed: Change) -> Deployment:
    return changed(redis_url=own_servers.valkey.url)


@pytest.fixture
async def redis(own: Deployment) -> AsyncIterator[Redis]:
    client = create_redis(own.settings)
    yield client
    await client.config_set("maxmemory-policy", "noeviction")
    await client.config_set("save", "")
    await client.aclose()


async def test_a_redis_as_it_should_be_is_well(own: Deployment) -> None:
    for subject in OF_REDIS:
        assert await verdict(own, subject) is Verdict.OK, subject


async def test_a_redis_that_forgets_jobs_when_it_is_full_is_wrong(
    own: Deployment, redis: Redis
) -> None:
    await redis.config_set("maxmemory-policy", "allkeys-lru")

    finding = await found(own, "Redis memory")

    assert finding.verdict is Verdict.WRONG
    assert "allkeys-lru" in finding.seen


async def test_production_is_warned_of_a_redis_that_keeps_nothing(
    own_servers: ThrowawayServers, changed: Change, redis: Redis
) -> None:
    production = changed(**FIT, redis_url=own_servers.valkey.url)
    assert await verdict(production, "Redis persistence") is Verdict.WARNING

    await redis.config_set("save", "60 1")

    assert await verdict(production, "Redis persistence") is Verdict.OK


async def test_a_redis_that_tells_no_settings_is_looked_at_all_the_same(
    own_servers: ThrowawayServers, changed: Change, redis: Redis
) -> None:
    await redis.acl_setuser(
        "guest", enabled=True, nopass=True, keys="*", commands=["-config"], categories=["+@all"]
    )
    url = own_servers.valkey.url.replace("unix://", "unix://guest:x@")
    guest = changed(**FIT, redis_url=url)

    assert await verdict(guest, "Redis memory") is Verdict.OK
    assert await verdict(guest, "Redis persistence") is Verdict.WARNING


async def test_another_machine_that_is_not_asked_by_tls_is_told(changed: Change) -> None:
    url = "redis://cache.example:6379/0"

    assert await verdict(changed(redis_url=url), "Redis TLS") is Verdict.WARNING
    allowed = changed(redis_url=url, unencrypted_services="redis")
    assert await verdict(allowed, "Redis TLS") is Verdict.OK


async def test_a_redis_that_is_away_is_wrong(changed: Change) -> None:
    away = changed(redis_url="redis://:kept-to-itself@127.0.0.1:1/0")

    for subject in ("Redis", "Redis clock", "Redis memory", "Redis persistence", "worker"):
        finding = await found(away, subject)
        assert finding.verdict is Verdict.WRONG
        assert "REDIS_URL" in str(finding.advice)
        assert "kept-to-itself" not in finding.seen


async def test_a_worker_shows_itself_while_it_works(own: Deployment, redis: Redis) -> None:
    assert await verdict(own, "worker") is Verdict.WARNING
    worker = Worker(
        [func(_nothing)], redis_settings=queue_settings(own.settings), handle_signals=False
    )
    work = asyncio.create_task(worker.async_run())

    async with asyncio.timeout(10):
        while await verdict(own, "worker") is not Verdict.OK:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)

    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await worker.close()
    assert await verdict(own, "worker") is Verdict.WARNING


@pytest.mark.parametrize(
    ("version", "expected"),
    [("6.0.16", "wrong"), ("6.2.0", "ok"), ("7.2.4", "ok"), ("10.0", "ok")],
)
def test_the_server_has_to_be_one_of_these_versions(version: str, expected: str) -> None:
    assert judge_version(version, "").verdict == expected


async def _nothing(ctx: dict[Any, Any]) -> None:  # arq passes it by name
    """A worker wants to know some job."""

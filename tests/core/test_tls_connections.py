"""Real connections to servers with TLS: whom they believe, and whom they do not."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from arq import create_pool
from redis.exceptions import RedisError
from sqlalchemy import text

from app.core.database import create_app_engine
from app.core.redis import create_redis, queue_settings
from app.local.throwaway import ThrowawayServers, throwaway_servers
from tests.core.authority import Authority
from tests.core.test_tls import production
from tests.core.tls_proxy import HERE, postgres_proxy, tls_proxy

OTHER = "other.example"


@pytest.fixture(scope="module")
def own_servers() -> Iterator[ThrowawayServers]:
    with throwaway_servers() as started:
        yield started


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """An authority that nobody believes."""
    return Authority(tmp_path, "stranger")


async def ask_database(port: int, authority: Authority, **over: str) -> bool:
    """Connect as the application does in production; whether the connection is encrypted."""
    url = f"postgresql+asyncpg://ims_admin@{HERE}:{port}/postgres"
    settings = production(database_url=url, tls_ca_file=authority.file, **over)
    engine = create_app_engine(settings, pool_size=1)
    try:
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT 1")) == 1
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            return raw._transport.get_extra_info("ssl_object") is not None
    finally:
        await engine.dispose()


@pytest.fixture
def postgres(own_servers: ThrowawayServers) -> Path:
    """The socket of the server without TLS."""
    return own_servers.postgres.socket_dir / ".s.PGSQL.5432"


async def test_the_database_is_reached_by_tls(postgres: Path, authority: Authority) -> None:
    with postgres_proxy(postgres, authority.server_context(HERE)) as port:
        assert await ask_database(port, authority)


async def test_a_database_with_a_strangers_certificate_is_not(
    postgres: Path, authority: Authority, stranger: Authority
) -> None:
    with (
        postgres_proxy(postgres, stranger.server_context(HERE)) as port,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        await ask_database(port, authority)


async def test_a_database_with_anothers_name_is_not(postgres: Path, authority: Authority) -> None:
    with (
        postgres_proxy(postgres, authority.server_context(OTHER)) as port,
        pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"),
    ):
        await ask_database(port, authority)


async def test_a_database_without_tls_is_not_unless_it_may_be(
    postgres: Path, authority: Authority
) -> None:
    with postgres_proxy(postgres, None) as port:
        with pytest.raises(ConnectionError, match="SSL"):
            await ask_database(port, authority)
        assert not await ask_database(port, authority, unencrypted_services="postgresql")


async def ask_redis(port: int, authority: Authority) -> None:
    """Connect as the API and as the worker do in production."""
    settings = production(redis_url=f"rediss://{HERE}:{port}/0", tls_ca_file=authority.file)
    async with create_redis(settings) as redis:
        assert await redis.ping()
    queue = await create_pool(queue_settings(settings), retry=0)
    assert await queue.ping()
    await queue.aclose()


async def test_redis_is_reached_by_tls(own_servers: ThrowawayServers, authority: Authority) -> None:
    with tls_proxy(own_servers.valkey.socket, authority.server_context(HERE)) as port:
        await ask_redis(port, authority)


async def test_a_redis_with_a_strangers_certificate_is_not(
    own_servers: ThrowawayServers, authority: Authority, stranger: Authority
) -> None:
    with (
        tls_proxy(own_servers.valkey.socket, stranger.server_context(HERE)) as port,
        pytest.raises(RedisError, match="certificate verify failed"),
    ):
        await ask_redis(port, authority)


async def test_a_redis_with_anothers_name_is_not(
    own_servers: ThrowawayServers, authority: Authority
) -> None:
    with (
        tls_proxy(own_servers.valkey.socket, authority.server_context(OTHER)) as port,
        pytest.raises(RedisError, match="certificate verify failed"),
    ):
        await ask_redis(port, authority)

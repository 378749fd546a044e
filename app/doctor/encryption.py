"""Whether what leaves this machine is encrypted on its way to the servers."""

from sqlalchemy import text

from app.core.connection_urls import is_remote
from app.core.setting_types import Service
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, ok, warning, wrong

_OWN_CONNECTION = text("SELECT version FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()")


async def check_database_encryption(deployment: Deployment) -> Finding:
    """Whether the way to a database on another machine is encrypted, as the server sees it."""
    if not is_remote(deployment.settings.required_database_url):
        return ok("on this machine")
    async with deployment.engine.connect() as connection:
        protocol = await connection.scalar(_OWN_CONNECTION)
    if protocol is not None:
        return ok(f"encrypted by {protocol}")
    # Production demands TLS by itself; so this is told in development only.
    return unencrypted(deployment, "postgresql", "Put ?ssl=require at the end of DATABASE_URL")


async def check_redis_encryption(deployment: Deployment) -> Finding:
    """Whether the way to a Redis on another machine is encrypted."""
    url = deployment.settings.required_redis_url
    if not is_remote(url):
        return ok("on this machine")
    if url.startswith("rediss:"):
        await deployment.redis.ping()
        return ok("encrypted")
    return unencrypted(deployment, "redis", "Have REDIS_URL begin with rediss://")


def unencrypted(deployment: Deployment, service: Service, advice: str) -> Finding:
    """What there is to say of a way to another machine that is not encrypted."""
    seen = "on another machine, and not encrypted"
    if service in deployment.settings.unencrypted_services:
        return ok(f"{seen}, as UNENCRYPTED_SERVICES allows")
    found = wrong if deployment.settings.is_production else warning
    return found(seen, advice)

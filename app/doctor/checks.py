"""All checks, in the order in which they are told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from app.core.config import StartRefusedError
from app.doctor import (
    clocks,
    database,
    encryption,
    mail,
    provider,
    redis,
    rights,
    sealed_values,
    secrets,
    settings,
    worker,
)
from app.doctor.deployment import Deployment
from app.doctor.finding import Finding, Line, wrong

SECONDS = 10.0
"""How long one check may take."""

_SETTINGS = "Look at the setting's lines in .env.example"
_DATABASE = "Check DATABASE_URL, and that the server runs, lets this machine in and is migrated"
_PROVIDER = "Check OIDC_ISSUER, and that this machine can reach it"
_MAIL = "Check SMTP_URL, and that the server runs and lets this machine in"
_REDIS = "Check REDIS_URL, and that the server runs and lets this machine in"


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at.

    Attributes:
        subject: What it is called in the report.
        look: Looks at it.
        advice: What to do when it cannot even be looked at.
    """

    subject: str
    look: Callable[[Deployment], Awaitable[Finding]]
    advice: str


CHECKS = (
    Check("settings", settings.check_environment, _SETTINGS),
    Check("other origins", settings.check_cors, _SETTINGS),
    Check("signing key", secrets.check_signing_key, _SETTINGS),
    Check("secret keys", secrets.check_secret_keys, _SETTINGS),
    Check("encryption keys", secrets.check_encryption_keys, _SETTINGS),
    Check("secret files", secrets.check_files, _SETTINGS),
    Check("database", database.check_server, _DATABASE),
    Check("database TLS", encryption.check_database_encryption, _DATABASE),
    Check("database clock", clocks.check_database_clock, _DATABASE),
    Check("database role", database.check_role, _DATABASE),
    Check("row-level security", rights.check_row_security, _DATABASE),
    Check("grants", rights.check_grants, _DATABASE),
    Check("migrations", database.check_migrations, _DATABASE),
    Check("administrators", database.check_administrators, _DATABASE),
    Check("encrypted values", sealed_values.check_sealed_values, _DATABASE),
    Check("Redis", redis.check_server, _REDIS),
    Check("Redis TLS", encryption.check_redis_encryption, _REDIS),
    Check("Redis clock", clocks.check_redis_clock, _REDIS),
    Check("Redis memory", redis.check_memory, _REDIS),
    Check("Redis persistence", redis.check_persistence, _REDIS),
    Check("provider", provider.check_provider, _PROVIDER),
    Check("provider's tokens", provider.check_provider_tokens, _PROVIDER),
    Check("provider's clock", provider.check_provider_clock, _PROVIDER),
    Check("mail", mail.check_mail, _MAIL),
    Check("worker", worker.check_worker, _REDIS),
)


async def examine(deployment: Deployment) -> AsyncIterator[Line]:
    """Look at everything, one after the other so that no time measured is another's."""
    for check in CHECKS:
        yield check.subject, await look(check, deployment)


async def look(check: Check, deployment: Deployment, seconds: float = SECONDS) -> Finding:
    """Look at one thing; what keeps it from being looked at is a finding, too."""
    try:
        async with asyncio.timeout(seconds):
            return await check.look(deployment)
    except TimeoutError:
        return wrong("no answer in time", check.advice)
    except Exception as error:
        return wrong(f"cannot be looked at: {_reason(error)}", check.advice)


def _reason(error: Exception) -> str:
    """What went wrong, in the words of those only whose messages hold no secret."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(error, StartRefusedError | DBAPIError | RedisError | OSError):
        return str(origin).partition("\n")[0]
    return type(error).__name__

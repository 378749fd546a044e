"""Verifying API keys: each is as good as it is itself, and never better than its owner."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.api_key_format import ApiKeyText
from app.auth.authentication import Authentication, Credential
from app.auth.caller import CallerCache
from app.auth.short_memory import ShortMemory
from app.core.database import unscoped_transaction
from app.core.errors import InvalidToken
from app.core.secret_keys import SecretKeys
from app.core.vocabulary import Role
from app.models import ApiKey

BETWEEN_TOUCHES = timedelta(minutes=1)
"""How exactly the time of a key's last use is known."""

NOT_VALID = "The API key is not valid"

_NOBODYS_HASH = bytes(32)

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """What a key that is good allows."""

    key_id: int
    owner_id: int
    site_ids: frozenset[int]
    role: Role


class ApiKeys:
    """Looks keys up, and remembers for a second which ones were good."""

    def __init__(self, engine: AsyncEngine, keys: SecretKeys, callers: CallerCache) -> None:
        self._engine = engine
        self._keys = keys
        self._callers = callers
        self._good: ShortMemory[bytes, KeyGrant] = ShortMemory()

    async def authenticate(self, text: str) -> Authentication:
        """Tell who calls with a key.

        Raises:
            InvalidToken: It is no key, or not good any more, or its owner may not call.
        """
        # The key itself must not lie in memory longer than its request.
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
        grant = await self._good.get(digest, partial(self._read_grant, text))
        caller = await self._callers.get(grant.owner_id, None)
        if caller is None:
            raise InvalidToken(NOT_VALID)
        return Authentication(
            caller,
            Credential.API_KEY,
            site_ids=grant.site_ids,
            highest_role=grant.role,
            api_key_id=grant.key_id,
        )

    async def _read_grant(self, text: str) -> KeyGrant:
        key = ApiKeyText.read(text)
        row = await self._find(key.public_id) if key else None
        if key is None or not _matches(row, key.digests(self._keys), datetime.now(UTC)):
            raise InvalidToken(NOT_VALID)
        assert row is not None  # noqa: S101 - it matched
        await self._touch(row)
        return KeyGrant(row.id, row.owner_id, frozenset(row.site_ids), role=Role(row.role))

    async def _find(self, public_id: str) -> ApiKey | None:
        async with unscoped_transaction(self._engine) as session:
            row: ApiKey | None = await session.scalar(
                select(ApiKey).where(ApiKey.public_id == public_id)
            )
        return row

    async def _touch(self, row: ApiKey) -> None:
        """Note when the key was used; a call does not fail because that cannot be noted."""
        now = datetime.now(UTC)
        if row.last_used_at is not None and now - row.last_used_at < BETWEEN_TOUCHES:
            return
        # Asked again where it is written: of many calls at once, one writes.
        is_due = ApiKey.last_used_at.is_(None) | (ApiKey.last_used_at <= now - BETWEEN_TOUCHES)
        statement = update(ApiKey).where(ApiKey.id == row.id, is_due).values(last_used_at=now)
        try:
            async with unscoped_transaction(self._engine) as session:
                await session.execute(statement)
        except (SQLAlchemyError, OSError) as error:
            logger.warning("api_key_use_not_noted", error=type(error).__name__)


async def is_good_key(engine: AsyncEngine, key_id: int) -> bool:
    """Whether somebody could call with a key at this moment."""
    is_good = ApiKey.revoked_at.is_(None), ApiKey.expires_at > datetime.now(UTC)
    async with unscoped_transaction(engine) as session:
        found = await session.scalar(select(ApiKey.id).where(ApiKey.id == key_id, *is_good))
    return found is not None


def _matches(row: ApiKey | None, digests: list[bytes], now: datetime) -> bool:
    """Whether a secret is one of a key that is good; the same work for a key that is not there."""
    stored = [row.secret_hash if row else _NOBODYS_HASH, _previous(row, now) or _NOBODYS_HASH]
    matches = [hmac.compare_digest(own, one) for own in digests for one in stored]
    is_good = row is not None and row.revoked_at is None and row.expires_at > now
    return is_good and any(matches)


def _previous(row: ApiKey | None, now: datetime) -> bytes | None:
    """The secret before the last rotation, while it is good."""
    if row is None or row.previous_expires_at is None or row.previous_expires_at <= now:
        return None
    return row.previous_hash

"""Statements about API keys. They belong to persons: each names the owner whose key it is."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.owners import lock_owner
from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.identity.api_keys import rules
from app.identity.api_keys.schemas import ApiKeyCreate
from app.models import ApiKey


async def list_api_keys(
    session: AsyncSession, owner_id: int, page: PageRequest
) -> tuple[list[ApiKey], int]:
    """A page of somebody's keys, the newest first, and how many there are."""
    statement = (
        _keys_of(owner_id).order_by(ApiKey.id.desc()).limit(page.page_size).offset(page.offset)
    )
    rows = (await session.scalars(statement)).all()
    return list(rows), await _count(session, owner_id)


async def create_api_key(
    session: AsyncSession, owner_id: int, content: ApiKeyCreate, *, public_id: str, digest: bytes
) -> ApiKey:
    """Store a new key.

    Raises:
        Conflict: Its owner has as many as one can have.
    """
    await lock_owner(session, owner_id)
    now = datetime.now(UTC)
    if await _count(session, owner_id, ApiKey.expires_at > now) >= rules.MAX_KEYS:
        raise Conflict(f"There are {rules.MAX_KEYS} keys, and that is the most; revoke one first")
    row = ApiKey(
        owner_id=owner_id,
        name=content.name,
        site_ids=content.site_ids,
        role=content.role.value,
        public_id=public_id,
        secret_hash=digest,
        created_at=now,
        expires_at=content.expires_at or now + rules.LIFETIME,
    )
    session.add(row)
    await session.flush()
    return row


async def lock_api_key(session: AsyncSession, owner_id: int, key_id: int) -> ApiKey:
    """One of somebody's keys, which nobody else changes until the transaction ends.

    Raises:
        NotFound: They have no such key, or it is revoked.
    """
    # Compared as what ids are in general: the database would not even take a larger one.
    is_it = ApiKey.id == literal(key_id, BigInteger())
    row: ApiKey | None = await session.scalar(_keys_of(owner_id).where(is_it).with_for_update())
    if row is None:
        raise NotFound("There is no such API key")
    return row


def replace_secret(row: ApiKey, digest: bytes) -> None:
    """Give a locked key another secret; the one that it had stays good for a while.

    Raises:
        Conflict: The key has expired.
    """
    now = datetime.now(UTC)
    if row.expires_at <= now:
        raise Conflict("This API key has expired; make a new one")
    row.previous_hash, row.secret_hash = row.secret_hash, digest
    row.previous_expires_at = rules.previous_secret_ends(row.expires_at, now)
    row.rotated_at = now


def revoke(row: ApiKey) -> None:
    """End a locked key, with both of its secrets."""
    row.revoked_at = datetime.now(UTC)


def _keys_of(owner_id: int) -> Select[ApiKey]:
    return select(ApiKey).where(*_is_of(owner_id))


def _is_of(owner_id: int) -> tuple[ColumnElement[bool], ...]:
    return ApiKey.owner_id == owner_id, ApiKey.revoked_at.is_(None)


async def _count(session: AsyncSession, owner_id: int, *also: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(ApiKey).where(*_is_of(owner_id), *also)
    return await session.scalar(statement) or 0

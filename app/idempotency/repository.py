"""Statements about the answers that are kept; each is for its owner alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import TextClause, delete, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Conflict
from app.idempotency.keys import RequestKey
from app.models import IdempotencyRecord

KEPT_FOR = timedelta(hours=24)

HOLD = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0)) AS is_held")

FIND = text("""
    SELECT fingerprint, answer FROM app.idempotency_records
    WHERE owner_id = :owner_id AND api_key_id = :api_key_id AND key = :key
      AND created_at > now() - CAST(:kept_for AS interval)
""")

KEEP = text("""
    INSERT INTO app.idempotency_records (owner_id, api_key_id, key, fingerprint, answer)
    VALUES (:owner_id, :api_key_id, :key, :fingerprint, :answer)
    ON CONFLICT (owner_id, api_key_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = now()
    RETURNING key
""")


class Run(Protocol):
    """Runs a statement in the transaction of a change, whatever holds it."""

    async def __call__(
        self, statement: TextClause, values: dict[str, object]
    ) -> Sequence[Mapping[str, Any]]:
        """The rows that it finds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored of a request: its fingerprint, signed, and its answer, sealed."""

    fingerprint: bytes
    answer: bytes


async def find_answer(run: Run, key: RequestKey) -> Found | None:
    """What was answered under a key before; None when it is new, and the request goes on alone.

    Raises:
        Conflict: The same key is being worked on.
    """
    # Asked for before the record: a second insert of the key would wait for the first.
    (lock,) = await run(HOLD, {"name": f"{key.owner_id}:{key.api_key_id}:{key.text}"})
    if not lock["is_held"]:
        raise Conflict(
            "A request with this Idempotency-Key is being worked on", headers={"Retry-After": "1"}
        )
    found = await run(FIND, {**_named(key), "kept_for": KEPT_FOR})
    return Found(found[0]["fingerprint"], found[0]["answer"]) if found else None


async def keep_answer(run: Run, key: RequestKey, fingerprint: bytes, answer: bytes) -> None:
    """Write down what a request is answered, in place of what is older than is kept."""
    await run(KEEP, {**_named(key), "fingerprint": fingerprint, "answer": answer})


async def forget_answer(session: AsyncSession, key: RequestKey) -> None:
    """Let a request be made again, for what it was answered is not true any more."""
    is_it = IdempotencyRecord.owner_id == key.owner_id, IdempotencyRecord.key == key.text
    is_keys = IdempotencyRecord.api_key_id == key.api_key_id
    await session.execute(delete(IdempotencyRecord).where(*is_it, is_keys))


async def delete_old_records(session: AsyncSession) -> int:
    """Forget what is no longer kept; answers how many."""
    is_old = IdempotencyRecord.created_at < func.now() - KEPT_FOR
    statement = delete(IdempotencyRecord).where(is_old).returning(IdempotencyRecord.owner_id)
    return len((await session.scalars(statement)).all())


def _named(key: RequestKey) -> dict[str, object]:
    return {"owner_id": key.owner_id, "api_key_id": key.api_key_id, "key": key.text}

"""Statements about second factors. One that is not confirmed yet counts for nothing."""

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import TotpCredential


async def store_pending(session: AsyncSession, user_id: int, secret: bytes) -> bool:
    """Store a secret in place of one that was never confirmed; False when one counts already."""
    statement = (
        insert(TotpCredential)
        .values(user_id=user_id, secret=secret)
        .on_conflict_do_update(
            index_elements=["user_id"],
            set_={"secret": secret, "created_at": func.now()},
            where=TotpCredential.confirmed_at.is_(None),
        )
        .returning(TotpCredential.user_id)
    )
    return await session.scalar(statement) is not None


async def lock_pending(session: AsyncSession, user_id: int) -> TotpCredential | None:
    """A user's unconfirmed second factor, held until the transaction ends."""
    statement = (
        select(TotpCredential)
        .where(TotpCredential.user_id == user_id, TotpCredential.confirmed_at.is_(None))
        .with_for_update()
    )
    row: TotpCredential | None = await session.scalar(statement)
    return row


async def find_secret(session: AsyncSession, user_id: int) -> bytes | None:
    """The sealed secret of a user's second factor; None when they have none."""
    statement = select(TotpCredential.secret).where(
        TotpCredential.user_id == user_id, TotpCredential.confirmed_at.is_not(None)
    )
    secret: bytes | None = await session.scalar(statement)
    return secret


async def use_step(session: AsyncSession, user_id: int, step: int) -> bool:
    """Use a code up, and all before it; False when it was used already."""
    statement = (
        update(TotpCredential)
        .where(
            TotpCredential.user_id == user_id,
            or_(TotpCredential.last_step.is_(None), TotpCredential.last_step < step),
        )
        .values(last_step=step)
        .returning(TotpCredential.user_id)
    )
    return await session.scalar(statement) is not None


async def delete_factor(session: AsyncSession, user_id: int) -> bool:
    """Remove a user's second factor; False when they have none."""
    statement = (
        delete(TotpCredential)
        .where(TotpCredential.user_id == user_id, TotpCredential.confirmed_at.is_not(None))
        .returning(TotpCredential.user_id)
    )
    return await session.scalar(statement) is not None

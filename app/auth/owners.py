"""Whose things are counted before there is one more of them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User


async def lock_owner(session: AsyncSession, owner_id: int) -> None:
    """Hold somebody until the end, so that two requests cannot both make the last of a number."""
    await session.execute(
        select(User.id).where(User.id == owner_id).with_for_update(key_share=True)
    )

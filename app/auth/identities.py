"""Which user a provider's account belongs to."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.auth.short_memory import ShortMemory
from app.core.database import unscoped_transaction
from app.core.errors import InvalidToken
from app.models import ExternalIdentity


async def find_linked_user(session: AsyncSession, issuer: str, subject: str) -> int | None:
    """The user that an account at the provider is linked to."""
    statement = select(ExternalIdentity.user_id).where(
        ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject
    )
    user_id: int | None = await session.scalar(statement)
    return user_id


class LinkedUsers:
    """Looks links up, and remembers those that it found for a second."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._found: ShortMemory[tuple[str, str], int] = ShortMemory()

    async def require(self, issuer: str, subject: str) -> int:
        """The user of a provider's account.

        Raises:
            InvalidToken: It is linked to nobody.
        """
        return await self._found.get((issuer, subject), partial(self._find, issuer, subject))

    async def _find(self, issuer: str, subject: str) -> int:
        async with unscoped_transaction(self._engine) as session:
            user_id = await find_linked_user(session, issuer, subject)
        if user_id is None:
            raise InvalidToken("This account is not known here; log in with a browser first")
        return user_id

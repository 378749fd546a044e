"""Counting failed logins, so that nobody can go on guessing.

What is counted are pairs of account and address: an owner elsewhere is never locked out by
somebody else's guesses. What is under way counts like a failure until it ends, so that many
attempts at once are no way to have more of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import Interval, case, delete, func, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.audit.record import Action, record_event
from app.core.database import unscoped_transaction
from app.core.errors import AppError, InvalidCredentials, Locked
from app.core.secret_keys import SecretKeys
from app.models import LoginAttempts

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

_PURPOSE = "login-attempts"
_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 0)
"""Seconds after each try to begin while others are under way; longer than they usually take."""

_ONE_LESS = func.greatest(LoginAttempts.running - 1, 0)
_IS_OVER = LoginAttempts.last_at < func.now() - LOCKED_FOR


@dataclass(frozen=True, slots=True)
class Attempts:
    """The failed logins of accounts, by the address that they came from."""

    engine: AsyncEngine
    keys: SecretKeys

    @asynccontextmanager
    async def counted(
        self, account: str, address: str, *, user_id: int | None, forgives: bool = True
    ) -> AsyncIterator[None]:
        """Count what is done in the block as a failure when its credentials are not valid.

        A block that is cut off stays counted as if it were still under way, until a success:
        whether the guess was right may have been seen. Any other refusal says nothing about the
        guess and is not counted.

        Args:
            account: What names the account, the same for each way of writing it.
            address: Where the attempt comes from.
            user_id: Whose account it is, for the record.
            forgives: Whether the failures so far are forgotten when the block ends well.

        Raises:
            Locked: There were too many.
        """
        pair = self.keys.sign(_PURPOSE, f"{account}\n{address}".encode())
        await self._begin(pair)
        try:
            yield
        except InvalidCredentials:
            await self._fail(pair, user_id)
            raise
        except AppError:
            await self._end(pair)
            raise
        await self._end(pair, forgives=forgives)

    async def _begin(self, pair: bytes) -> None:
        """Take one of the places; those that are only taken for now are waited for."""
        for seconds in _WAITS:
            async with unscoped_transaction(self.engine) as session:
                if await _take_place(session, pair):
                    return
                failures, left = await _standing(session, pair)
            if failures >= MAX_FAILURES:
                break
            await asyncio.sleep(seconds)
        raise Locked(retry_after=max(1, ceil(left.total_seconds())))

    async def _fail(self, pair: bytes, user_id: int | None) -> None:
        statement = (
            update(LoginAttempts)
            .where(LoginAttempts.pair == pair)
            .values(
                failures=LoginAttempts.failures + 1,
                running=_ONE_LESS,
                last_at=func.now(),
            )
            .returning(LoginAttempts.failures)
        )
        async with unscoped_transaction(self.engine) as session:
            failures = await session.scalar(statement)
            record_event(session, Action.LOGIN_FAILED, actor_id=user_id)
            if failures == MAX_FAILURES:
                record_event(session, Action.LOGIN_LOCKED, actor_id=user_id)

    async def _end(self, pair: bytes, *, forgives: bool = False) -> None:
        # A success also frees the places of those that were cut off and never ended.
        values = {"failures": 0, "running": 0} if forgives else {"running": _ONE_LESS}
        statement = update(LoginAttempts).where(LoginAttempts.pair == pair).values(values)
        async with unscoped_transaction(self.engine) as session:
            await session.execute(statement)


async def _take_place(session: AsyncSession, pair: bytes) -> bool:
    """Begin an attempt if there is a place for it; what is over frees all of them."""
    statement = (
        insert(LoginAttempts)
        .values(pair=pair, failures=0, running=1)
        .on_conflict_do_update(
            index_elements=["pair"],
            set_={
                "failures": case((_IS_OVER, 0), else_=LoginAttempts.failures),
                "running": case((_IS_OVER, 1), else_=LoginAttempts.running + 1),
                "last_at": func.now(),
            },
            where=or_(_IS_OVER, LoginAttempts.failures + LoginAttempts.running < MAX_FAILURES),
        )
        .returning(LoginAttempts.pair)
    )
    return await session.scalar(statement) is not None


async def _standing(session: AsyncSession, pair: bytes) -> tuple[int, timedelta]:
    """How many have failed, and how long that counts, by the database's clock."""
    left = type_coerce(LoginAttempts.last_at + LOCKED_FOR - func.now(), Interval)
    statement = select(LoginAttempts.failures, left).where(LoginAttempts.pair == pair)
    failures, time_left = (await session.execute(statement)).one()
    return failures, time_left


async def delete_old_attempts(session: AsyncSession) -> int:
    """Remove what does not count any more; answers how much."""
    result = await session.execute(delete(LoginAttempts).where(_IS_OVER).returning(1))
    return len(result.all())

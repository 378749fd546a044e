"""What one import writes goes together: it can be taken back as a whole."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.database import unscoped_transaction
from app.core.vocabulary import OperationKind
from app.models import Operation


def add_operation(session: AsyncSession, owner_id: int, operation_id: UUID) -> None:
    """Write down that an import of somebody's begins."""
    session.add(Operation(id=operation_id, owner_id=owner_id, kind=OperationKind.IMPORT.value))


async def open_operation(engine: AsyncEngine, owner_id: int, operation_id: UUID) -> None:
    """The same in a transaction of its own."""
    async with unscoped_transaction(engine) as session:
        add_operation(session, owner_id, operation_id)

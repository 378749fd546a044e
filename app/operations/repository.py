"""Statements about operations. They belong to persons: each is for its owner alone."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.vocabulary import OperationKind
from app.jobs.repository import OPEN
from app.models import Import, InteractionChange, Job, Operation
from app.operations.rules import sites_left
from app.tenancy.session import ReadSession, WriteSession

Found = tuple[Operation, Job | None]
"""An operation, and the job that takes it back."""


def add_operation(session: WriteSession, operation_id: UUID, kind: OperationKind) -> None:
    """Write down that the caller has changed something that can be taken back."""
    owner_id = session.scope.user_id
    session.add(Operation(id=operation_id, owner_id=owner_id, kind=kind.value))


async def get_operation(session: ReadSession, operation_id: UUID) -> Found:
    """One of the caller's operations.

    Raises:
        NotFound: There is none, or it is another's.
    """
    # Both at once: read after it, the job could have succeeded with an outcome yet to be seen.
    statement = (
        select(Operation, Job)
        .outerjoin(Job, Job.id == Operation.undo_job_id)
        .where(*_is_own(session, operation_id))
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        raise NotFound("There is no such operation")
    operation, job = found
    return operation, job


async def lock_operation(session: WriteSession, operation_id: UUID) -> Found:
    """One of the caller's operations, which nobody else changes until the transaction ends.

    Raises:
        NotFound: There is none, or it is another's.
    """
    # One after the other: who had to wait for the lock sees of a job what was there before.
    statement = select(Operation).where(*_is_own(session, operation_id)).with_for_update()
    row: Operation | None = await session.scalar(statement)
    if row is None:
        raise NotFound("There is no such operation")
    return row, None if row.undo_job_id is None else await session.get(Job, row.undo_job_id)


async def is_being_written(session: ReadSession, operation_id: UUID) -> bool:
    """Whether the import whose operation it is goes on writing."""
    statement = (
        select(Job.id)
        .join(Import, Import.job_id == Job.id)
        .where(Import.operation_id == operation_id, Job.status.in_(OPEN))
    )
    return await session.scalar(statement) is not None


async def is_left(session: ReadSession, row: Operation) -> bool:
    """Whether it changed something at sites where the caller can take it back and has not yet."""
    is_there = exists().where(
        InteractionChange.site_id.in_(sites_left(session.scope, row)),
        InteractionChange.operation_id == row.id,
    )
    return await session.scalar(select(is_there)) or False


async def read_operation_of_job(session: AsyncSession, job: Job) -> Operation | None:
    """The operation that a job takes back; None when another job does by now."""
    statement = select(Operation).where(
        Operation.undo_job_id == job.id, Operation.owner_id == job.owner_id
    )
    row: Operation | None = await session.scalar(statement)
    return row


async def update_operation(
    session: AsyncSession, operation_id: UUID, values: Mapping[str, object]
) -> None:
    """Change what is known of an operation."""
    await session.execute(update(Operation).where(Operation.id == operation_id).values(**values))


def _is_own(session: ReadSession, operation_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Operation.id == operation_id, Operation.owner_id == session.scope.user_id

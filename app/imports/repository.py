"""Statements about imports. They belong to persons: each is for its owner alone."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.owners import lock_owner
from app.core.errors import Conflict, NotFound
from app.core.pagination import PageRequest
from app.jobs.repository import KEPT_DAYS, OPEN
from app.models import Import, Job, Operation
from app.tenancy.session import ReadSession, WriteSession

KEPT_FOR = timedelta(hours=24)
"""How long the files of an import lie, unless it is committed before."""

MAX_OPEN = 20
"""As many files of one person can wait at once."""

_HAS_FILES = or_(Import.file_key.is_not(None), Import.errors_key.is_not(None))
_IS_IDLE = ~exists().where(Job.id == Import.job_id, Job.status.in_(OPEN))

Found = tuple[Import, Job | None]
"""An import, and the job that works on it or did last; forgotten jobs are none."""


async def list_imports(session: ReadSession, page: PageRequest) -> tuple[list[Found], int]:
    """A page of the caller's imports, newest first, and how many there are."""
    is_own = Import.owner_id == session.scope.user_id
    statement = (
        select(Import, Job)
        .outerjoin(Job, Job.id == Import.job_id)
        .where(is_own)
        .order_by(Import.id.desc())
        .limit(page.page_size)
        .offset(page.offset)
    )
    rows: list[Found] = [(row, job) for row, job in (await session.execute(statement)).all()]
    total = await session.scalar(select(func.count()).select_from(Import).where(is_own))
    return rows, total or 0


async def get_import(session: ReadSession, import_id: int) -> Found:
    """One of the caller's imports.

    Raises:
        NotFound: There is none, or it is another's.
    """
    statement = select(Import, Job).outerjoin(Job, Job.id == Import.job_id)
    found = (await session.execute(statement.where(_is_own(session, import_id)))).one_or_none()
    if found is None:
        raise NotFound("There is no such import")
    row, job = found
    return row, job


async def lock_import(session: WriteSession, import_id: int) -> Found:
    """One of the caller's imports, which nobody else changes until the transaction ends.

    Raises:
        NotFound: There is none, or it is another's.
    """
    statement = select(Import).where(_is_own(session, import_id)).with_for_update()
    row: Import | None = await session.scalar(statement)
    if row is None:
        raise NotFound("There is no such import")
    job = None if row.job_id is None else await session.get(Job, row.job_id)
    return row, job


async def create_import(session: WriteSession, content: Mapping[str, object]) -> Import:
    """Write an import of the caller's down.

    Raises:
        Conflict: They have as many files waiting as one can have.
    """
    owner_id = session.scope.user_id
    await lock_owner(session, owner_id)
    waiting = select(func.count()).where(Import.owner_id == owner_id, Import.file_key.is_not(None))
    if (await session.scalar(waiting) or 0) >= MAX_OPEN:
        raise Conflict(
            f"{MAX_OPEN} files of yours wait already, and that is the most: commit or delete one"
        )
    row = Import(owner_id=owner_id, expires_at=func.now() + KEPT_FOR, **content)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def update_import(
    session: AsyncSession, import_id: int, values: Mapping[str, object]
) -> None:
    """Change what is known of an import."""
    await session.execute(update(Import).where(Import.id == import_id).values(**values))


async def advance_import(
    session: AsyncSession, import_id: int, *, before: int, values: Mapping[str, object]
) -> bool:
    """Say how far the file is written now; tells whether it stood where it was believed to."""
    statement = (
        update(Import)
        .where(Import.id == import_id, Import.rows_written == before)
        .values(**values)
        .returning(Import.id)
    )
    return await session.scalar(statement) is not None


async def is_taken_back(session: AsyncSession, row: Import) -> bool:
    """Whether what an import has written is to be undone; if not, nobody asks for it meanwhile."""
    statement = select(Operation.undo_id).where(Operation.id == row.operation_id)
    return await session.scalar(statement.with_for_update(read=True)) is not None


async def read_import_of_job(session: AsyncSession, job: Job) -> Import | None:
    """The import that a job is about; None when it is gone, or another job is about it by now."""
    statement = select(Import).where(Import.job_id == job.id, Import.owner_id == job.owner_id)
    row: Import | None = await session.scalar(statement)
    return row


async def delete_import(session: WriteSession, row: Import) -> None:
    """Forget an import."""
    await session.execute(delete(Import).where(Import.id == row.id))


async def forget_unstarted_import(session: WriteSession, key: str) -> bool:
    """Forget the caller's import of a file if no job is about it; tells whether none is left."""
    is_it = Import.owner_id == session.scope.user_id, Import.file_key == key
    is_started = exists().where(Job.id == Import.job_id)
    await session.execute(delete(Import).where(*is_it, ~is_started))
    return await session.scalar(select(Import.id).where(*is_it)) is None


async def drop_expired_files(session: AsyncSession, *, limit: int = 100) -> list[str | None]:
    """Let imports forget the files whose time is over; answers their keys, to be removed."""
    statement = (
        select(Import.id, Import.file_key, Import.errors_key)
        .where(_HAS_FILES, Import.expires_at <= func.now(), _IS_IDLE)
        .with_for_update(skip_locked=True)
        .limit(limit)
    )
    found = {row.id: row for row in await session.execute(statement)}
    # Who held one of them until a moment ago may have asked for a job that was not seen yet.
    forgotten = await session.scalars(
        update(Import)
        .where(Import.id.in_(found), _IS_IDLE)
        .values(file_key=None, errors_key=None)
        .returning(Import.id)
    )
    return [key for one in forgotten for key in (found[one].file_key, found[one].errors_key)]


async def delete_old_imports(session: AsyncSession) -> int:
    """Forget what became of imports long ago, of which no file is left."""
    is_old = Import.created_at < func.now() - timedelta(days=KEPT_DAYS)
    statement = delete(Import).where(is_old, ~_HAS_FILES, _IS_IDLE).returning(Import.id)
    return len(list(await session.scalars(statement)))


async def list_keys(session: AsyncSession) -> set[str]:
    """Every key that an import knows."""
    rows = await session.execute(select(Import.file_key, Import.errors_key).where(_HAS_FILES))
    return {key for row in rows for key in row if key is not None}


def _is_own(session: ReadSession, import_id: int) -> ColumnElement[bool]:
    is_it: ColumnElement[bool] = Import.id == literal(import_id, BigInteger())
    return is_it & (Import.owner_id == session.scope.user_id)

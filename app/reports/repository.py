"""Statements about reports. They belong to persons: each says itself whom it shows.

A report is a background job of one of a few kinds; it has no other row.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, func, literal, select, text, update

from app.core.errors import NotFound
from app.core.pagination import PageRequest
from app.core.vocabulary import JobStatus
from app.jobs.repository import cancel_job
from app.models import Job
from app.reports.kinds import ReportKind
from app.tenancy.session import ReadSession, WriteSession

KINDS = [kind.value for kind in ReportKind]

LATELY = 20
"""So many reports tell how fast they are made."""

_SPEED = text("""
    SELECT sum(rows_done) / nullif(extract(epoch FROM sum(finished_at - started_at)), 0)
    FROM (SELECT rows_done, started_at, finished_at FROM app.jobs
          WHERE kind = :kind AND parameters ->> 'format' = :format AND status = 'succeeded'
          ORDER BY id DESC LIMIT :lately) AS job
""")


async def get_report(session: ReadSession, report_id: int) -> Job:
    """One of the caller's reports.

    Raises:
        NotFound: There is none, or it is another's.
    """
    statement = select(Job).where(_is_own(session), Job.id == literal(report_id, BigInteger()))
    row: Job | None = await session.scalar(statement)
    if row is None:
        raise NotFound("There is no such report")
    return row


async def list_reports(session: ReadSession, page: PageRequest) -> tuple[Sequence[Job], int]:
    """A page of the caller's reports, newest first, and how many there are."""
    statement = (
        select(Job)
        .where(_is_own(session))
        .order_by(Job.id.desc())
        .limit(page.page_size)
        .offset(page.offset)
    )
    count = select(func.count()).select_from(Job).where(_is_own(session))
    return (await session.scalars(statement)).all(), await session.scalar(count) or 0


async def read_speed(session: ReadSession, row: Job) -> float | None:
    """How many rows a second reports like this one have been made at lately; None if it is over."""
    if not JobStatus(row.status).is_open:
        return None
    found = await session.scalar(
        _SPEED,
        {"kind": row.kind, "format": row.parameters["format"], "lately": LATELY},
    )
    return None if found is None else float(found)


async def drop_report(session: WriteSession, row: Job) -> bool:
    """Cancel a report that is not done yet, or end the time of its file; tells whether it did."""
    if await cancel_job(session, row.id):
        return True
    statement = (
        update(Job)
        .where(Job.id == row.id, Job.status == JobStatus.SUCCEEDED.value)
        .values(status=JobStatus.EXPIRED.value, expires_at=func.now())
        .returning(Job.id)
    )
    return await session.scalar(statement) is not None


def _is_own(session: ReadSession) -> ColumnElement[bool]:
    """What the caller may read; nothing in the database stands behind this predicate."""
    return (Job.owner_id == session.scope.user_id) & Job.kind.in_(KINDS)

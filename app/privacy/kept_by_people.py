"""What people keep for themselves that a name may stand in: searches, schedules, imports, jobs."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, Integer, cast, func, select, true

from app.core.vocabulary import JobStatus
from app.jobs.repository import OPEN
from app.models import Import, Job, ReportSchedule, SavedSearch
from app.privacy.json_texts import redacted_json, redacted_text
from app.privacy.pattern import Pattern
from app.tenancy.session import WriteSession

BATCH = 500

Kept = TypeVar("Kept", SavedSearch, ReportSchedule, Import, Job)


async def erase_in_kept(
    session: WriteSession, pattern: Pattern, *, site_ids: Sequence[int] | None, dry_run: bool
) -> int:
    """Erase the name from what is shared with some sites or about them; answers from how much.

    A file that was made for a search with the name in it goes: it is about that person.

    Args:
        session: Where it is written.
        pattern: The name.
        site_ids: The sites; None for all that anybody keeps.
        dry_run: Only count.
    """
    found = 0
    async for search in _rows(session, SavedSearch, _is_shared(site_ids), dry_run=dry_run):
        found += _redact_search(search, pattern, dry_run=dry_run)
    if site_ids is None:
        async for schedule in _rows(session, ReportSchedule, true(), dry_run=dry_run):
            found += _redact_schedule(schedule, pattern, dry_run=dry_run)
    async for sent in _rows(session, Import, _is_import_about(site_ids), dry_run=dry_run):
        found += _redact_import(sent, pattern, dry_run=dry_run)
    async for job in _rows(session, Job, _is_about(site_ids), dry_run=dry_run):
        found += _redact_job(job, pattern, dry_run=dry_run)
    await session.flush()
    return found


def _redact_search(search: SavedSearch, pattern: Pattern, *, dry_run: bool) -> bool:
    query = redacted_json(search.query, pattern)
    name = redacted_text(search.name, pattern)
    if (query, name) == (search.query, search.name):
        return False
    if not dry_run:
        search.query = query
        # One name may have been in several: each stays another's.
        search.name = name if name == search.name else f"{name[:80]} {search.id}"
    return True


def _redact_schedule(schedule: ReportSchedule, pattern: Pattern, *, dry_run: bool) -> bool:
    content = redacted_json(schedule.content, pattern)
    if content == schedule.content:
        return False
    if not dry_run:
        schedule.content = content
    return True


def _redact_job(job: Job, pattern: Pattern, *, dry_run: bool) -> bool:
    parameters = redacted_json(job.parameters, pattern)
    file_name = job.file_name and redacted_text(job.file_name, pattern)
    if (parameters, file_name) == (job.parameters, job.file_name):
        return False
    if not dry_run:
        job.parameters, job.file_name = parameters, file_name
        if job.file_key is not None and job.status == JobStatus.SUCCEEDED.value:
            job.status, job.expires_at = JobStatus.EXPIRED.value, func.now()
    return True


def _redact_import(sent: Import, pattern: Pattern, *, dry_run: bool) -> bool:
    names = ("file_name", "options", "reading", "fault", "check", "result")
    before = {name: getattr(sent, name) for name in names}
    after = {name: redacted_json(value, pattern) for name, value in before.items()}
    if after == before:
        return False
    if not dry_run:
        for name, value in after.items():
            setattr(sent, name, value)
        sent.expires_at = func.now()
    return True


def _is_shared(site_ids: Sequence[int] | None) -> ColumnElement[bool]:
    return true() if site_ids is None else SavedSearch.shared_with.in_(site_ids)


def _is_import_about(site_ids: Sequence[int] | None) -> ColumnElement[bool]:
    if site_ids is None:
        return true()
    return Import.site_ids.op("&&")(cast(list(site_ids), ARRAY(Integer)))


def _is_about(site_ids: Sequence[int] | None) -> ColumnElement[bool]:
    """Jobs that are over; one that is not carries its name for as long as it needs it."""
    is_over = Job.status.not_in(OPEN)
    if site_ids is None:
        return is_over
    return is_over & Job.site_ids.op("&&")(cast(list(site_ids), ARRAY(Integer)))


async def _rows(
    session: WriteSession, model: type[Kept], condition: ColumnElement[bool], *, dry_run: bool
) -> AsyncIterator[Kept]:
    """Rows one after the other; held until the end, so that no change of theirs is lost."""
    behind = 0
    while True:
        found = select(model).where(model.id > behind, condition).order_by(model.id).limit(BATCH)
        rows = (await session.scalars(found if dry_run else found.with_for_update())).all()
        for row in rows:
            yield row
        if len(rows) < BATCH:
            return
        behind = rows[-1].id

"""What the worker does to make a report."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.core.vocabulary import MailKind
from app.interactions.finding.from_query import tree_of_query
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.schemas import Query
from app.interactions.sorting import RELEVANCE, SortTerm, parse_sort
from app.jobs.attempt import Attempt
from app.jobs.files import deliver, working_folder
from app.mail.outbox import queue_mail
from app.reports.file_names import file_name
from app.reports.kinds import ReportKind
from app.reports.makers import MAKERS
from app.reports.making import Making
from app.reports.schemas import ReportParameters
from app.tenancy.session import WriteSession
from app.tenancy.snapshot import Snapshot, snapshot


async def make_report(attempt: Attempt) -> None:
    """Make the file of a report, put it where files lie, and end its job.

    Raises:
        JobOverError: Nobody waits for it any more, or another attempt has made it.
    """
    asked = ReportParameters.model_validate(attempt.job.parameters)
    kind, now = ReportKind(attempt.job.kind), datetime.now(UTC)
    async with working_folder("report") as folder:
        path = folder / "report"
        await MAKERS[kind, asked.format](_making(attempt, asked, path=path, now=now))

        async def announce(session: WriteSession) -> None:
            if asked.schedule_id is not None:
                await queue_mail(
                    session,
                    MailKind.REPORT_READY,
                    attempt.caller.email,
                    about_id=attempt.job.id,
                )

        await deliver(
            attempt,
            path,
            ending=asked.format.value,
            name=file_name(asked.title, now=now, tz=asked.tz, ending=asked.format.value),
            media_type=asked.format.media_type,
            also=announce,
        )


def _making(attempt: Attempt, asked: ReportParameters, *, path: Path, now: datetime) -> Making:
    @asynccontextmanager
    async def open_snapshot() -> AsyncIterator[Snapshot]:
        async with snapshot(attempt.place.reads, attempt.scope, planned_anew=True) as seen:
            yield seen

    return Making(
        scope=attempt.scope,
        query=asked.filters,
        where=tree_of_query(asked.filters, now=now),
        order=order_of(asked.filters),
        tz=asked.tz,
        title=asked.title,
        now=now,
        path=path,
        snapshot=open_snapshot,
        progress=attempt,
    )


def order_of(query: Query) -> tuple[SortTerm, ...]:
    """What the rows are sorted by; by relevance only pages are, and all rows by time then."""
    if query.sort == [RELEVANCE]:
        return NEWEST_FIRST
    return tuple(parse_sort(",".join(query.sort)))

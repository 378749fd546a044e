"""Asking for a report: by a request, or by a schedule when its time has come."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.core.direct_pool import DirectPool, OutOfTimeError
from app.core.errors import NotFound, ValidationFailed
from app.core.vocabulary import JobKind
from app.interactions.finding.asking import CAP
from app.interactions.finding.counts import count
from app.interactions.finding.forms import Form, sites_form
from app.interactions.finding.from_query import tree_of_query
from app.interactions.finding.numbers import counted_by, kept_numbers
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.parameters import numbered
from app.interactions.finding.schemas import Query
from app.interactions.finding.tree import skeleton, values
from app.reports import front
from app.reports.kinds import ReportKind
from app.reports.schemas import ReportContent, ReportParameters
from app.saved_searches.repository import get_saved_search
from app.saved_searches.schemas import stored_form
from app.tenancy.scope import SiteScope
from app.tenancy.session import ReadSession
from app.tenancy.snapshot import snapshot

COUNT_SECONDS = 0.5

TITLES = {
    ReportKind.INTERACTION_EXPORT: "Interactions",
    ReportKind.ACTIVITY_SUMMARY: front.KIND,
}


@dataclass(frozen=True, slots=True)
class AskedReport:
    """A report with all that its job has to know.

    Attributes:
        kind: What the job is.
        scope: The sites that it is about.
        query: Which interactions.
        parameters: What the job carries.
    """

    kind: JobKind
    scope: SiteScope
    query: Query
    parameters: dict[str, object]


async def ask(session: ReadSession, content: ReportContent) -> AskedReport:
    """Put together what is asked for, as it is at this moment.

    Raises:
        SiteForbidden: A site is not the caller's.
        ValidationFailed: The caller has no such saved search.
    """
    scope = session.scope
    if content.site_ids is not None:
        scope = scope.narrow(content.site_ids)
    query = await _query(session, content)
    for site_id in query.named_sites if content.saved_search_id is None else ():
        session.scope.require(site_id)
    parameters = ReportParameters(
        format=content.format,
        filters=query,
        tz=content.tz or query.tz,
        title=content.title or TITLES[content.kind],
    )
    stored = parameters.model_dump(mode="json", exclude={"filters", "schedule_id"})
    stored["filters"] = stored_form(query)
    return AskedReport(JobKind(content.kind.value), scope, query, stored)


async def _query(session: ReadSession, content: ReportContent) -> Query:
    if content.saved_search_id is None:
        return content.filters or Query()
    try:
        row, _ = await get_saved_search(session, content.saved_search_id)
    except NotFound as error:
        raise ValidationFailed(details={"saved_search_id": error.text}) from error
    return Query.model_validate(row.query)


async def expected_rows(pool: DirectPool, asked: AskedReport) -> int | None:
    """How many rows a report will have, if that is known or soon counted."""
    where = tree_of_query(asked.query, now=datetime.now(UTC))
    sites = sites_form(len(asked.scope.roles))
    kept = counted_by(where)
    try:
        async with snapshot(pool, asked.scope) as seen:
            if kept is not None:
                counted, given = kept
                (row,) = await seen.fetch(kept_numbers(sites, counted), given)
                return int(row["total"])
            form = Form(skeleton(where), NEWEST_FIRST, sites)
            given = {**numbered("value", values(where)), "most": CAP + 1}
            (row,) = await seen.fetch(count(form), given, seconds=COUNT_SECONDS)
            return int(row["total"]) if row["total"] <= CAP else None
    except OutOfTimeError:
        return None

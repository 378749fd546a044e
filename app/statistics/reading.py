"""Reading statistics: as they were counted for the same scope, unless something was written."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.cache import Cache, Kind
from app.interactions.counts import generation
from app.interactions.schemas import SiteName
from app.statistics import repository
from app.statistics.question import Question
from app.statistics.repository import Counted, Counts
from app.statistics.rules import hours_of
from app.statistics.schemas import Statistic, Statistics
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session

_COUNTS = TypeAdapter(Counts)


async def read_statistics(
    engine: AsyncEngine, cache: Cache, scope: SiteScope, question: Question
) -> Statistics:
    """The answer to a question.

    The generation is read before anything is counted: what is kept under it can only be newer.
    Whoever waits for another's count holds no connection meanwhile. The names of sites are not
    kept, since no generation tells of their changes.
    """
    async with read_session(engine, scope) as session:
        number = await generation(session)
        names = await repository.list_site_names(session) if "site" in question.by else {}

    async def count() -> Counts:
        async with read_session(engine, scope) as session:
            return await repository.count_interactions(session, question)

    key = (scope.site_ids, number, *question.key())
    counts = await cache.get_or_make(Kind.STATISTICS, key, count, form=_COUNTS)
    return _present(question, counts, names)


def _present(question: Question, counts: Counts, names: dict[int, str]) -> Statistics:
    return Statistics(
        from_=question.period.first,
        to=question.period.last,
        tz=question.filters.tz,
        count=counts.count,
        hours=hours_of(counts.minutes),
        is_complete=counts.is_complete,
        statistics=[_row(question, row, names) for row in counts.rows],
    )


def _row(question: Question, row: Counted, names: dict[int, str]) -> Statistic:
    fields: dict[str, Any] = {name: getattr(row, name) for name in question.by}
    if row.site is not None:
        fields["site"] = SiteName(id=row.site, name=names[row.site])
    return Statistic(**fields, count=row.count, hours=hours_of(row.minutes))

"""From rows to answers, with counts for who asked for them."""

from collections.abc import Sequence

from app.models import Site
from app.sites import repository
from app.sites.schemas import SiteRead, SiteStatistics
from app.tenancy.session import ReadSession


async def present(
    session: ReadSession, rows: Sequence[Site], *, with_statistics: bool
) -> list[SiteRead]:
    """The answers for a page of sites; each count is one query for all of them."""
    answers = [SiteRead.model_validate(row) for row in rows]
    if with_statistics:
        ids = [row.id for row in rows]
        interactions = await repository.count_interactions(session, ids)
        members = await repository.count_members(session, ids)
        for answer in answers:
            answer.statistics = SiteStatistics(
                interactions=interactions.get(answer.id, 0), members=members.get(answer.id, 0)
            )
    return answers

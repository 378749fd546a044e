"""What a report that is being made says of itself."""

from functools import cache

from sqlalchemy import any_, select

from app.core.statement import Statement, compile_statement
from app.interactions.finding.parameters import SITES
from app.models import Site
from app.reports.front import Front
from app.reports.making import Making
from app.reports.words import filter_in_words
from app.tenancy.snapshot import Snapshot


async def front_of(making: Making, snapshot: Snapshot) -> Front:
    """What stands at the head of a report."""
    rows = await snapshot.fetch(site_names())
    names = {row["id"]: row["name"] for row in rows}
    return Front(
        title=making.title,
        zone=making.tz,
        sites=sorted(names.values(), key=str.casefold),
        filter=filter_in_words(making.query, names),
        made_at=making.now,
    )


@cache
def site_names() -> Statement:
    """The names of the scope's sites."""
    return compile_statement(select(Site.id, Site.name).where(Site.id == any_(SITES)))

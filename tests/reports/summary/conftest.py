"""Sites with interactions around all borders of time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions.counts import fold_deltas
from app.models import Interaction, Site, User
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.factories import Make
from tests.reports.snapshots import past_row_level_security, pool

__all__ = ["past_row_level_security", "pool"]

TYPES = ("CALL", "MEETING", "SITE_VISIT")
LEADS = ("Ann", "ann", "Émil", "Bob Low")
MINUTES = (1, 59.5, 60, 90, 1440)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Two sites with interactions, a third without any, and somebody who sees those three.

    A fourth site is next to them.
    """

    sites: list[Site]
    user: User
    rows: list[Interaction]

    @property
    def scope(self) -> SiteScope:
        """What that somebody sees."""
        return SiteScope(self.user.id, {site.id: Role.VIEWER for site in self.sites})


@pytest.fixture(scope="session")
async def shelf(make: Make, engine: AsyncEngine) -> Shelf:
    """Interactions at the borders of days, months and changes of the clocks, some of them folded.

    The counts of the first site are folded, those of the second are pending.
    """
    sites = [await make.site() for _ in range(3)]
    user, next_door = await make.member(*sites), await make.site()
    await make.interaction(next_door, await make.member(next_door))
    rows = [
        await make.interaction(
            sites[number % 2],
            user,
            type=TYPES[number % 3],
            lead=LEADS[number % 4],
            start_datetime=start,
            end_datetime=start + timedelta(minutes=MINUTES[number % 5]),
        )
        for number, start in enumerate(_starts())
    ]
    async with scoped_session(engine, SiteScope(user.id, {sites[0].id: Role.EDITOR})) as session:
        await fold_deltas(session, sites[0].id)
    return Shelf(sites, user, rows)


def _starts() -> list[datetime]:
    borders = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 4, 11)]
    borders += [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
    return [
        border + timedelta(hours=hours, microseconds=microseconds)
        for border in borders
        for hours in (-14, -5.5, -2, -1, 0, 4, 5)
        for microseconds in (-1, 0)
    ]

"""The statements of a summary hold the scope themselves, whatever row-level security does."""

from datetime import UTC, datetime

import pytest

from app.core.direct_pool import DirectPool
from app.interactions.finding.tree import Every, Leaf
from app.reports.fronts import site_names
from app.reports.summary.counting import count_summary
from app.tenancy.snapshot import snapshot
from tests.reports.summary.conftest import Shelf

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MARCH = Leaf("start_datetime", "gte", datetime(2026, 3, 1, tzinfo=UTC))
AFTER_NOON = Leaf("start_datetime", "gte", datetime(2026, 3, 1, 12, tzinfo=UTC))
LONG = Leaf("duration_minutes", "gte", 1)


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize("where", [(), (MARCH,), (AFTER_NOON,), (LONG,), (MARCH, LONG)])
async def test_a_superuser_is_told_of_the_scope_alone(
    where: tuple[Leaf, ...],
    number: int,
    shelf: Shelf,
    pool: DirectPool,
    past_row_level_security: DirectPool,
) -> None:
    scope = shelf.scope.within([site.id for site in shelf.sites[:number]])
    told = []
    for connections in (pool, past_row_level_security):
        async with snapshot(connections, scope) as seen:
            told.append(await count_summary(seen, Every(where), zone="Europe/Paris", now=NOW))

    assert told[0] == told[1]
    assert len(told[0].sites) == number
    assert bool(told[0].total.count) == bool(number)


async def test_a_superuser_is_told_the_names_of_the_scope_alone(
    shelf: Shelf, past_row_level_security: DirectPool
) -> None:
    async with snapshot(past_row_level_security, shelf.scope) as seen:
        rows = await seen.fetch(site_names())

    assert {row["id"] for row in rows} == set(shelf.scope.roles)

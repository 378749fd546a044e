"""The numbers that are kept of a site are those that counting gives, at every moment."""

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.direct_pool import DirectPool
from app.core.statement import Statement, compile_statement
from app.core.vocabulary import Role
from app.interactions import repository
from app.interactions.counts import fold_deltas, generation
from app.interactions.creating import create_interactions
from app.interactions.finding.forms import Sites
from app.interactions.finding.numbers import Counted, kept_numbers
from app.interactions.finding.parameters import SITE
from app.interactions.jobs import fold_counts
from app.models import Interaction, Site
from app.tenancy.scope import SiteScope
from app.tenancy.session import WriteSession, scoped_session
from app.tenancy.snapshot import snapshot
from tests.desk import Desk
from tests.factories import Make

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

CELLS_KEPT = text("""
    SELECT type, month, sum(interactions)::bigint, sum(minutes)::bigint FROM (
        SELECT type, month, interactions, minutes FROM app.interaction_counts WHERE site_id = :site
        UNION ALL
        SELECT type, month, interactions, minutes FROM app.interaction_deltas WHERE site_id = :site
    ) known GROUP BY 1, 2 HAVING sum(interactions) <> 0 OR sum(minutes) <> 0
""")
CELLS_COUNTED = text("""
    SELECT type, CAST(date_trunc('month', start_datetime, 'UTC') AT TIME ZONE 'UTC' AS date),
        count(*), CAST(sum(floor(extract(epoch FROM end_datetime - start_datetime) / 60)) AS bigint)
    FROM app.interactions WHERE site_id = :site AND deleted_at IS NULL GROUP BY 1, 2
""")
NEGATIVE = text("""
    SELECT count(*) FROM app.interaction_counts
    WHERE site_id = :site AND (interactions < 0 OR minutes < 0)
""")
PENDING = text("SELECT count(*) FROM app.interaction_deltas WHERE site_id = :site")
FOLDED = text("SELECT interactions FROM app.site_counters WHERE site_id = :site")

EXAMPLES = settings(
    max_examples=2_000 if "IMS_LOAD" in os.environ else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

contents = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["CALL", "MEETING", "EMAIL"]),
        "start_datetime": st.sampled_from(
            [
                NEW_YEAR + timedelta(days=days, microseconds=-1 * (days % 2))
                for days in (0, 5, 31, 59)
            ]
        ),
        "seconds": st.sampled_from([1, 59, 60, 3_599, 90_000]),
        "notes": st.sampled_from([None, "A note"]),
    }
)
# What to do, to which of the rows, and what they become.
steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "update", "update", "delete", "fold"]),
        st.integers(0, 20),
        st.lists(contents, min_size=1, max_size=3),
    ),
    max_size=12,
)


def content_of(drawn: Mapping[str, Any]) -> dict[str, object]:
    start = drawn["start_datetime"]
    return {
        "title": "Counted",
        "type": drawn["type"],
        "lead": "Ann",
        "start_datetime": start,
        "end_datetime": start + timedelta(seconds=drawn["seconds"]),
        "timezone": "Europe/Paris",
        "location": None,
        "description": "What was said.",
        "notes": drawn["notes"],
        "external_id": None,
    }


@pytest.fixture
async def scope(make: Make) -> SiteScope:
    """An editor's site, with nothing in it yet."""
    return await new_scope(make)


async def new_scope(make: Make) -> SiteScope:
    site = await make.site()
    editor = await make.member(site)
    return SiteScope(editor.id, {site.id: Role.SITE_ADMIN})


async def differences(engine: AsyncEngine, scope: SiteScope) -> list[object]:
    """Where what is kept of a site is not what counting gives."""
    (site_id,) = scope.site_ids
    values = {"site": site_id}
    async with engine.connect() as connection:
        kept = {tuple(row) for row in await connection.execute(CELLS_KEPT, values)}
        counted = {tuple(row) for row in await connection.execute(CELLS_COUNTED, values)}
        negative = await connection.scalar(NEGATIVE, values)
    return [*(kept ^ counted), *([f"{negative} below zero"] if negative else [])]


async def live_rows(session: WriteSession) -> Sequence[Interaction]:
    statement = select(Interaction).where(Interaction.deleted_at.is_(None)).order_by(Interaction.id)
    return (await session.scalars(statement.with_for_update())).all()


async def happen(engine: AsyncEngine, scope: SiteScope, step: tuple[str, int, list[Any]]) -> bool:
    """Do one thing to a site, in a transaction of its own; whether anything was written."""
    name, number, drawn = step
    (site_id,) = scope.site_ids
    async with scoped_session(engine, scope) as session:
        if name == "fold":
            await fold_deltas(session, site_id)
            return False
        new = [content_of(one) for one in drawn]
        if name == "create":
            await create_interactions(session, site_id, new)
            return True
        rows = (await live_rows(session))[number : number + len(new)]
        before = [row.version for row in rows]
        if name == "delete":
            for row in rows:
                await repository.delete_interaction(session, row)
        else:
            await repository.update_interactions(session, zip(rows, new, strict=False))
        return [row.version for row in rows] != before


@EXAMPLES
@given(steps=steps)
async def test_what_is_kept_is_what_counting_gives_whatever_happens(
    steps: list[tuple[str, int, list[Any]]],
    make: Make,
    engine: AsyncEngine,
    admin_engine: AsyncEngine,
) -> None:
    scope = await new_scope(make)
    last = 0
    for step in steps:
        has_written = await happen(engine, scope, step)

        async with scoped_session(engine, scope) as session:
            now = await generation(session)
        assert (now > last) == has_written, step  # a fold is no write
        last = now
        assert await differences(admin_engine, scope) == []


async def test_a_failed_transaction_leaves_no_trace(
    scope: SiteScope, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    async def fail() -> None:
        async with scoped_session(engine, scope) as session:
            one = content_of({**PLAIN, "start_datetime": NEW_YEAR})
            (site_id,) = scope.site_ids
            await create_interactions(session, site_id, [one])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with scoped_session(engine, scope) as session:
        assert await generation(session) == 0
    assert await differences(admin_engine, scope) == []


PLAIN = {"type": "CALL", "seconds": 3_600, "notes": None}
TOTAL_COUNTED = compile_statement(
    select(func.count().label("total")).where(
        Interaction.site_id == SITE, Interaction.deleted_at.is_(None)
    )
)
TOTAL_KEPT = kept_numbers(Sites.ONE, Counted())


class Busy:
    """Writers, folders and readers of one site, all at the same time."""

    def __init__(self, engine: AsyncEngine, pool: DirectPool, scope: SiteScope) -> None:
        self.engine, self.pool, self.scope = engine, pool, scope
        self.chance = random.Random(20261124)  # noqa: S311 - the same mixture every time
        self.are_writing = 4
        self.seen: list[tuple[int, int, int]] = []

    async def write(self) -> None:
        """Write a number of times, in one way or another."""
        for number in range(12):
            name = self.chance.choice(("create", "create", "update", "delete"))
            start = NEW_YEAR + timedelta(days=31 * self.chance.randrange(3))
            kind = self.chance.choice(("CALL", "EMAIL"))
            drawn = {**PLAIN, "type": kind, "start_datetime": start, "notes": f"{number}"}
            step = (name, self.chance.randrange(3), [drawn] * self.chance.randint(1, 3))
            await happen(self.engine, self.scope, step)
        self.are_writing -= 1

    async def fold(self) -> None:
        """Fold as long as anybody writes."""
        while self.are_writing:
            await happen(self.engine, self.scope, ("fold", 0, []))

    async def read(self) -> None:
        """Compare, at one moment after the other, what is kept with what counting gives."""
        while self.are_writing:
            async with snapshot(self.pool, self.scope) as seen:
                (kept,) = await seen.fetch(TOTAL_KEPT)
                (counted,) = await seen.fetch(TOTAL_COUNTED)
            self.seen.append((kept["generation"], kept["total"], counted["total"]))


async def test_what_is_kept_is_right_at_every_moment_of_writing_and_folding(
    scope: SiteScope, api: FastAPI, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    busy = Busy(engine, api.state.direct_pool, scope)

    await asyncio.gather(*(busy.write() for _ in range(4)), busy.fold(), busy.fold(), busy.read())

    assert len(busy.seen) > 5
    assert [one for one in busy.seen if one[1] != one[2]] == []
    generations = [one[0] for one in busy.seen]
    assert generations == sorted(generations)
    assert await differences(admin_engine, scope) == []


async def test_the_same_generation_is_the_same_rows(
    scope: SiteScope, api: FastAPI, engine: AsyncEngine
) -> None:
    digest = Statement(
        "SELECT md5(string_agg(i::text, ',' ORDER BY id)) AS rows FROM app.interactions i", (), {}
    )
    busy = Busy(engine, api.state.direct_pool, scope)
    rows: dict[int, set[str]] = {}

    async def read() -> None:
        while busy.are_writing:
            async with snapshot(busy.pool, scope) as seen:
                (kept,) = await seen.fetch(TOTAL_KEPT)
                (told,) = await seen.fetch(digest)
            rows.setdefault(kept["generation"], set()).add(told["rows"])

    await asyncio.gather(*(busy.write() for _ in range(4)), busy.fold(), busy.fold(), read())

    assert len(rows) > 5
    assert [told for told in rows.values() if len(told) > 1] == []


async def test_the_job_folds_every_site(
    make: Make, desk: Desk, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    other: Site = await make.site()
    await make.interaction(other, desk.user)
    await desk.create()
    await desk.create(type="CALL")

    await fold_counts({"engine": engine})

    async with admin_engine.connect() as connection:
        for site, number in ((desk.site, 2), (other, 1)):
            assert await connection.scalar(PENDING, {"site": site.id}) == 0
            assert await connection.scalar(FOLDED, {"site": site.id}) == number


async def test_two_jobs_at_once_fold_everything_once(
    scope: SiteScope, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    drawn = [{**PLAIN, "start_datetime": NEW_YEAR + timedelta(days=31 * n)} for n in range(9)]
    await happen(engine, scope, ("create", 0, drawn))

    async def fold() -> int:
        async with scoped_session(engine, scope) as session:
            return await fold_deltas(session, *scope.site_ids)

    folded = await asyncio.gather(*(fold() for _ in range(6)))

    assert sorted(folded) == [0, 0, 0, 0, 0, 9]
    assert await differences(admin_engine, scope) == []


@pytest.mark.parametrize(
    ("start", "month"),
    [
        ("2026-07-01T01:00:00+02:00", "2026-06"),
        ("2026-06-30T23:30:00-04:00", "2026-07"),
        ("2026-07-01T00:00:00Z", "2026-07"),
        ("2026-07-01T01:00:00", "2026-06"),  # of the zone, Paris
    ],
)
async def test_an_interaction_is_counted_in_its_month_of_utc(
    start: str, month: str, desk: Desk, admin_engine: AsyncEngine
) -> None:
    await desk.create(start_datetime=start, end_datetime="2026-07-05T12:00:00Z")

    async with admin_engine.connect() as connection:
        (cell,) = await connection.execute(CELLS_KEPT, {"site": desk.site.id})
    assert f"{cell[1]:%Y-%m}" == month
    assert await differences(admin_engine, SiteScope(0, {desk.site.id: Role.VIEWER})) == []

"""A summary is what counting the rows one by one gives, whatever is asked for."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.direct_pool import DirectPool
from app.core.vocabulary import InteractionType
from app.interactions.finding.numbers import counted_by
from app.interactions.finding.tree import Every, Leaf, Node, Not, Some
from app.models import Interaction
from app.reports.summary import statements
from app.reports.summary.counting import count_summary
from app.reports.summary.days import WEEKDAYS
from app.reports.summary.figures import Amount, Line, Summary
from app.tenancy.scope import SiteScope
from app.tenancy.snapshot import snapshot
from tests.reports.summary.conftest import LEADS, TYPES, Shelf

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"]
MOMENTS = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 1, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
]
LAST_MOMENTS = [moment - timedelta(microseconds=1) for moment in MOMENTS[1:]]

leaves = st.one_of(
    st.sampled_from(TYPES).map(lambda kind: Leaf("type", "eq", kind)),
    st.lists(st.sampled_from(TYPES), min_size=1).map(lambda kinds: Leaf("type", "in", kinds)),
    st.sampled_from(MOMENTS).map(lambda moment: Leaf("start_datetime", "gte", moment)),
    st.sampled_from(MOMENTS).map(lambda moment: Leaf("start_datetime", "gt", moment)),
    st.sampled_from(LAST_MOMENTS).map(lambda moment: Leaf("start_datetime", "lte", moment)),
    st.sampled_from(MOMENTS).map(lambda moment: Leaf("start_datetime", "lt", moment)),
    st.sampled_from([1, 60, 90]).map(lambda number: Leaf("duration_minutes", "gte", number)),
    st.sampled_from(LEADS).map(lambda lead: Leaf("lead", "eq", lead)),
)
parts = (
    leaves
    | leaves.map(Not)
    | st.lists(leaves, min_size=1, max_size=2).map(lambda found: Some(tuple(found)))
)
trees = st.lists(parts, max_size=3).map(lambda found: Every(tuple(found)))
SEEKS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

OPS: dict[str, Callable[[object, object], bool]] = {
    "eq": lambda one, other: one == other,
    "in": lambda one, others: one in others,  # type: ignore[operator]
    "gte": lambda one, other: one >= other,  # type: ignore[operator]
    "gt": lambda one, other: one > other,  # type: ignore[operator]
    "lte": lambda one, other: one <= other,  # type: ignore[operator]
    "lt": lambda one, other: one < other,  # type: ignore[operator]
}


def minutes_of(row: Interaction) -> int:
    return (row.end_datetime - row.start_datetime) // timedelta(minutes=1)


def folded(text: str) -> str:
    return text.lower().replace("é", "e")


def meets(row: Interaction, node: Node) -> bool:
    """Whether a row meets a condition."""
    if isinstance(node, Leaf):
        if node.field == "lead":
            return folded(row.lead) == folded(str(node.value))
        is_length = node.field == "duration_minutes"
        value = minutes_of(row) if is_length else getattr(row, node.field)
        return OPS[node.op](value, node.value)
    if isinstance(node, Not):
        return not meets(row, node.part)
    found = (meets(row, part) for part in node.parts)
    return any(found) if isinstance(node, Some) else all(found)


def amounts(
    rows: Iterable[Interaction], name: Callable[[Interaction], object]
) -> dict[object, Amount]:
    """The rows with the same name counted together."""
    found = Counter[object]()
    minutes = Counter[object]()
    for row in rows:
        found[name(row)] += 1
        minutes[name(row)] += minutes_of(row)
    return {key: Amount(count, minutes[key]) for key, count in found.items()}


def told(lines: Iterable[Line]) -> dict[object, Amount]:
    """The lines of a summary that have any."""
    return {line.name: line.amount for line in lines if line.amount.count}


async def summary_of(
    pool: DirectPool, scope: SiteScope, where: Every, zone: str = "UTC", now: datetime = NOW
) -> Summary:
    async with snapshot(pool, scope) as seen:
        return await count_summary(seen, where, zone=zone, now=now)


@SEEKS
@given(where=trees, zone=st.sampled_from(ZONES), sites=st.sampled_from([1, 2, 3]))
async def test_a_summary_is_a_plain_count(
    where: Every, zone: str, sites: int, shelf: Shelf, pool: DirectPool
) -> None:
    scope = shelf.scope.within([site.id for site in shelf.sites[:sites]])
    rows = [row for row in shelf.rows if row.site_id in scope.roles and meets(row, where)]
    place, names = ZoneInfo(zone), {site.id: site.name for site in shelf.sites}

    summary = await summary_of(pool, scope, where, zone)

    assert summary.total == Amount(len(rows), sum(map(minutes_of, rows)))
    assert told(summary.types) == amounts(rows, lambda row: InteractionType(row.type).label)
    assert told(summary.sites) == amounts(rows, lambda row: names[row.site_id])
    assert told(summary.leads) == amounts(rows, lambda row: row.lead)
    assert summary.lead_count == len(summary.leads)
    months = {month.first_day: month.amount for month in summary.months if month.amount.count}
    assert months == amounts(
        rows, lambda row: row.start_datetime.astimezone(place).date().replace(day=1)
    )
    assert told(summary.weekdays) == amounts(
        rows, lambda row: WEEKDAYS[row.start_datetime.astimezone(place).weekday()]
    )


@SEEKS
@given(where=trees, zone=st.sampled_from(ZONES))
async def test_a_trend_compares_two_plain_counts(
    where: Every, zone: str, shelf: Shelf, pool: DirectPool
) -> None:
    def is_of_start(part: Node) -> bool:
        return isinstance(part, Leaf) and part.field == "start_datetime"

    others = Every(tuple(part for part in where.parts if not is_of_start(part)))

    trend = (await summary_of(pool, shelf.scope, where, zone)).trend

    if trend is not None:
        assert trend.previous_period.last == trend.period.first - timedelta(microseconds=1)
        compared = ((trend.period, trend.amount), (trend.previous_period, trend.previous))
        for period, amount in compared:
            rows = [
                row
                for row in shelf.rows
                if period.first <= row.start_datetime <= period.last and meets(row, others)
            ]
            assert amount == Amount(len(rows), sum(map(minutes_of, rows)))


async def test_all_sites_are_told_and_all_weekdays(shelf: Shelf, pool: DirectPool) -> None:
    nothing = Every((Leaf("lead", "eq", "nobody"),))

    summary = await summary_of(pool, shelf.scope, nothing)

    assert {line.name for line in summary.sites} == {site.name for site in shelf.sites}
    assert [line.name for line in summary.weekdays] == list(WEEKDAYS)
    assert (summary.total, summary.months, summary.leads) == (Amount(), [], [])


async def test_nobody_without_sites_is_told_anything(shelf: Shelf, pool: DirectPool) -> None:
    summary = await summary_of(pool, shelf.scope.within([]), Every())

    assert summary.total == Amount()
    assert summary.sites == []


async def test_months_without_any_are_told_between_those_with_some(
    shelf: Shelf, pool: DirectPool
) -> None:
    summary = await summary_of(pool, shelf.scope, Every())

    days = [month.first_day for month in summary.months]
    numbers = [day.year * 12 + day.month for day in days]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert any(not month.amount.count for month in summary.months)


async def test_the_leads_with_the_most_come_first_and_the_others_together(
    shelf: Shelf, pool: DirectPool
) -> None:
    summary = await summary_of(pool, shelf.scope, Every())

    counts = [line.amount.count for line in summary.leads]
    assert counts == sorted(counts, reverse=True)
    assert summary.other_leads == Amount()
    assert len(summary.leads) <= statements.MOST_LEADS


def test_kept_counts_answer_for_types_and_whole_months() -> None:
    month = Leaf("start_datetime", "gte", MOMENTS[1])

    assert counted_by(Every((Leaf("type", "eq", "CALL"), month))) is not None
    assert counted_by(Every((Leaf("start_datetime", "gte", MOMENTS[2]),))) is None

"""Counting what a summary tells, for the sites of a snapshot."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime

from app.core.direct_pool import Row
from app.core.vocabulary import InteractionType
from app.interactions.finding.forms import Form, sites_form
from app.interactions.finding.numbers import counted_by
from app.interactions.finding.ordering import NEWEST_FIRST
from app.interactions.finding.parameters import numbered
from app.interactions.finding.tree import Every, skeleton, values
from app.reports.fronts import site_names
from app.reports.summary import statements
from app.reports.summary.days import months_of, weekdays_of
from app.reports.summary.figures import Amount, Line, Summary, Trend
from app.reports.summary.periods import Named, compared_periods, named_period
from app.reports.summary.zones import clocks_of, date_of
from app.tenancy.snapshot import Snapshot


async def count_summary(snapshot: Snapshot, where: Every, *, zone: str, now: datetime) -> Summary:
    """What there is to tell of the interactions that meet the conditions.

    Args:
        snapshot: What the scope sees.
        where: The conditions.
        zone: Whose days, weekdays and months.
        now: The end of a period that has none, for the comparison with the one before.
    """
    named = named_period(where)
    await snapshot.plan(in_order=False)
    rows = await _parts(snapshot, named.whole, zone)
    days = {date_of(int(row["name"])): _amount(row) for row in rows["day"]}
    months = {date.fromisoformat(row["name"]): _amount(row) for row in rows["month"]}
    return Summary(
        total=sum(days.values(), Amount()),
        types=_lines(rows["type"], lambda name: InteractionType(name).label),
        sites=await _sites(snapshot, rows["site"]),
        leads=_lines(rows["lead"], str),
        lead_count=rows["lead"][0]["groups"] if rows["lead"] else 0,
        months=months_of(months or days),
        weekdays=weekdays_of(days),
        trend=await _trend(snapshot, named, zone=zone, now=now),
    )


async def _parts(snapshot: Snapshot, where: Every, zone: str) -> dict[str, list[Row]]:
    form, clocks, kept = _form(snapshot, where), clocks_of(zone), counted_by(where)
    given = numbered("value", values(where))
    given |= {"changes": clocks.changes, "offsets": clocks.offsets}
    if kept is None:
        statement = statements.parts(form)
    else:
        is_utc = clocks == clocks_of("UTC")
        statement = statements.kept_parts(form, kept[0], has_months=is_utc)
        given |= kept[1]
    rows = await snapshot.fetch(statement, given)
    parts = defaultdict[str, list[Row]](list)
    for row in rows:
        parts[row["part"]].append(row)
    return parts


async def _trend(snapshot: Snapshot, named: Named, *, zone: str, now: datetime) -> Trend | None:
    periods = compared_periods(named, now=now, zone=zone)
    if periods is None:
        return None
    now_amount, before = [await _total(snapshot, named.within(period)) for period in periods]
    return Trend(periods[0], now_amount, periods[1], before)


async def _total(snapshot: Snapshot, where: Every) -> Amount:
    form, kept = _form(snapshot, where), counted_by(where)
    if kept is None:
        statement, given = statements.total(form), numbered("value", values(where))
    else:
        statement, given = statements.kept_total(form.sites, kept[0]), kept[1]
    (row,) = await snapshot.fetch(statement, given)
    return _amount(row)


def _form(snapshot: Snapshot, where: Every) -> Form:
    return Form(skeleton(where), NEWEST_FIRST, sites_form(len(snapshot.scope.roles)))


async def _sites(snapshot: Snapshot, rows: Sequence[Row]) -> list[Line]:
    amounts = {int(row["name"]): _amount(row) for row in rows}
    names = await snapshot.fetch(site_names())
    return _sorted([Line(row["name"], amounts.get(row["id"], Amount())) for row in names])


def _lines(rows: Sequence[Row], name: Callable[[str], str]) -> list[Line]:
    return _sorted([Line(name(row["name"]), _amount(row)) for row in rows])


def _sorted(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.amount.count, line.name.casefold(), line.name))


def _amount(row: Row) -> Amount:
    return Amount(row["interactions"], row["minutes"])

"""Months, hours, and what the counts that are kept can answer."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from app.core.moments import first_instant
from app.interactions.filters import InteractionFilters
from app.statistics.question import Period, Question

FIRST_MONTH = 1969 * 12 + 11
"""December 1969, where the first interactions there can be are in zones west of Greenwich.

Months are numbered: twelve times the year, and the month from 0.
"""

_LAST_MONTH = 2101 * 12
_COUNTED_BY = frozenset({"type", "month", "site"})
_COUNTED_FILTERS = frozenset({"type", "start_date", "end_date", "tz", "sort"})


@lru_cache(maxsize=32)
def month_borders(zone: str) -> tuple[datetime, ...]:
    """When each month begins in a zone, from `FIRST_MONTH` on.

    It begins as its first day does in the filters, also where clocks change at that moment. That
    the database is told, and need not know the zone itself, leaves one table of zones to be right.
    """
    months = range(FIRST_MONTH, _LAST_MONTH + 1)
    return tuple(first_instant(f"{month_name(number)}-01", zone) for number in months)


def month_name(number: int) -> str:
    """A month as YYYY-MM."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def hours_of(minutes: int) -> float:
    """Whole minutes as hours, to two decimals."""
    return round(minutes / 60, 2)


def is_kept(question: Question) -> bool:
    """Whether the counts by site, type and month of UTC hold the answer."""
    by_months_of_others = "month" in question.by and question.filters.tz != "UTC"
    return (
        _COUNTED_BY.issuperset(question.by)
        and not by_months_of_others
        and not _others(question.filters)
        and _is_of_whole_months(question.period)
    )


def _others(filters: InteractionFilters) -> bool:
    """Whether anything else is asked of an interaction."""
    names = set(filters.__dataclass_fields__) - _COUNTED_FILTERS
    return any(getattr(filters, name) for name in names)


def _is_of_whole_months(period: Period) -> bool:
    after = period.last and period.last + timedelta(microseconds=1)
    return all(border is None or _begins_a_month(border) for border in (period.first, after))


def _begins_a_month(moment: datetime) -> bool:
    moment = moment.astimezone(UTC)
    return moment.day == 1 and moment.time() == time()

"""The period that a filter names, and the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.interactions.finding.tree import Every, Leaf, Node
from app.reports.summary.figures import Period

_INSTANT = timedelta(microseconds=1)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_FIRSTS = {"gte": timedelta(), "gt": _INSTANT}
_LASTS = {"lte": timedelta(), "lt": -_INSTANT}


@dataclass(frozen=True, slots=True)
class Named:
    """What a filter says of when interactions start, and what it says besides.

    Attributes:
        first: The first instant; None: however early.
        last: The last instant; None: however late.
        rest: All other conditions.
    """

    first: datetime | None
    last: datetime | None
    rest: Every

    @property
    def whole(self) -> Every:
        """All conditions again."""
        return self._between(self.first, self.last)

    def within(self, period: Period) -> Every:
        """The other conditions, for another period."""
        return self._between(period.first, period.last)

    def _between(self, first: datetime | None, last: datetime | None) -> Every:
        bounds = (("gte", first), ("lte", last))
        leaves = (Leaf("start_datetime", op, value) for op, value in bounds if value is not None)
        return Every((*leaves, *self.rest.parts))


def named_period(where: Node) -> Named:
    """What a tree says of when interactions start, as far as all of them have to."""
    firsts, lasts, rest = list[datetime](), list[datetime](), list[Node]()
    for part in _parts(where):
        bounds = (_FIRSTS, firsts), (_LASTS, lasts)
        for ops, found in bounds:
            if (moment := _moment(part, ops)) is not None:
                found.append(moment)
                break
        else:
            rest.append(part)
    return Named(max(firsts, default=None), min(lasts, default=None), Every(tuple(rest)))


def compared_periods(named: Named, *, now: datetime, zone: str) -> tuple[Period, Period] | None:
    """The period that is looked at and the one before; None if there is no beginning to count from.

    Without an end, what has happened up to now is compared.
    """
    if named.first is None:
        return None
    last = now - _INSTANT if named.last is None else named.last
    if last < named.first:
        return None
    period = Period(named.first, last)
    before = period_before(period, zone)
    return None if before is None else (period, before)


def period_before(period: Period, zone: str) -> Period | None:
    """The period of the same length that ends where this one begins; None: beyond all calendars.

    Whole months of the zone are compared with as many months, whole days with as many days, and
    anything else with what lasts as long by the clock.
    """
    start, end = period.first, period.last + _INSTANT
    first, after = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
    if (start - _EARLIEST) < (end - start) * 1.1:
        return None
    if not (_is_midnight(first) and _is_midnight(after)):
        return Period(start - (end - start), start - _INSTANT)
    if first.day == after.day == 1:
        number = _month_number(first) - (_month_number(after) - _month_number(first))
        day = first.date().replace(year=number // 12, month=number % 12 + 1)
    else:
        day = first.date() - (after.date() - first.date())
    return Period(datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC), start - _INSTANT)


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, Every):
        for part in node.parts:
            yield from _parts(part)
    else:
        yield node


def _moment(part: Node, ops: dict[str, timedelta]) -> datetime | None:
    if not isinstance(part, Leaf) or part.field != "start_datetime" or part.op not in ops:
        return None
    assert isinstance(part.value, datetime)  # noqa: S101 - moments are compared with moments
    return part.value + ops[part.op]


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()


def _month_number(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1

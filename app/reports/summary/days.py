"""From days to months and weekdays."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from app.reports.summary.figures import Amount, Line, Month

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def months_of(days: Mapping[date, Amount]) -> list[Month]:
    """Each month from the first day on to the last one, also those that have nothing."""
    found = defaultdict[date, Amount](Amount)
    for day, amount in days.items():
        found[day.replace(day=1)] += amount
    months = list[Month]()
    first_day, last = min(found, default=date.max), max(found, default=date.min)
    while first_day <= last:
        months.append(Month(first_day, found[first_day]))
        first_day = (first_day + timedelta(days=31)).replace(day=1)
    return months


def weekdays_of(days: Mapping[date, Amount]) -> list[Line]:
    """Monday to Sunday."""
    found = defaultdict[int, Amount](Amount)
    for day, amount in days.items():
        found[day.weekday()] += amount
    return [Line(name, found[number]) for number, name in enumerate(WEEKDAYS)]

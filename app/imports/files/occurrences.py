"""The occurrences of an event that repeats, within a window and up to a number."""

import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar

MAX_OCCURRENCES = 1_000
MAX_SECONDS = 120.0
"""For all series of a file: some rules never give a date and are long in not doing so."""

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_MAX_TIMES_A_DAY = 24
_MAX_RULES = 5
_FIRST_YEAR = 1900


class SeriesError(Exception):
    """The event does not repeat in a way that is read; the message says why."""


class TooSlowError(Exception):
    """The series of the file take too long to spread out."""


@dataclass(slots=True)
class Expansion:
    """Spreads out the series of one file.

    Attributes:
        start: The first day of the window.
        stop: The day after its last.
    """

    start: date
    stop: date
    _left: float = field(default_factory=lambda: MAX_SECONDS)

    def occurrences(self, calendar: Calendar) -> tuple[list[Any], bool]:
        """The occurrences in order, and whether there were more than are read.

        Raises:
            SeriesError: It repeats too often, or by a rule that is none.
            TooSlowError: The series before it took all the time there is.
        """
        _require_rules(calendar.walk("VEVENT"))
        if self._left <= 0:
            raise TooSlowError
        started = time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of rules that are obsolete and understood
                query = recurring_ical_events.of(calendar, components=["VEVENT"])
                found = query.between(self.start, self.stop)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            raise SeriesError("The rule by which the event repeats cannot be read") from None
        finally:
            self._left -= time.monotonic() - started
        found.sort(key=_moment)
        return found[:MAX_OCCURRENCES], len(found) > MAX_OCCURRENCES


def _moment(component: Any) -> str:
    start: date = component["DTSTART"].dt
    return start.isoformat() if isinstance(start, datetime) else f"{start}T"


def _require_rules(events: Iterable[Any]) -> None:
    for event in events:
        start = event.get("DTSTART")
        if start is None or start.dt.year < _FIRST_YEAR:
            raise SeriesError("The event repeats and has no date to begin with")
        rules = _listed(event, "RRULE")
        if len(rules) > _MAX_RULES:
            raise SeriesError("The event repeats by too many rules")
        for rule in rules:
            if str(rule.get("FREQ", [""])[0]).upper() not in _FREQUENCIES:
                raise SeriesError("The event repeats more often than daily")
            times = 1
            for part in _TIMES:
                times *= max(1, len(rule.get(part, ())))
            if times > _MAX_TIMES_A_DAY:
                raise SeriesError("The event repeats more often than hourly")
            if _may_never_come(rule):
                raise SeriesError("The rule by which the event repeats may never give a date")


def _may_never_come(rule: Mapping[str, Any]) -> bool:
    """Whether days are left out in steps: such a rule can go on to the year 9999 without one.

    Of those by month and by year the same is true, but they get there in a second.
    """
    left_out = {name for name in rule if name.startswith("BY")} - set(_TIMES)
    frequency = str(rule["FREQ"][0]).upper()
    allowed = {"WEEKLY": {"BYDAY"}, "DAILY": set[str]()}.get(frequency)
    if allowed is None or left_out <= allowed:
        return False
    is_every = str(rule.get("INTERVAL", [1])[0]) == "1"
    return not is_every or not left_out <= {"BYDAY", "BYMONTH"}


def _listed(event: Any, name: str) -> list[Mapping[str, Any]]:
    rules = event.get(name, [])
    return rules if isinstance(rules, list) else [rules]

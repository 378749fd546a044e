"""What an activity summary tells."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Amount:
    """So many interactions, and what they last together, each in whole minutes."""

    count: int = 0
    minutes: int = 0

    @property
    def hours(self) -> float:
        """The minutes as hours, to two decimals."""
        return round(self.minutes / 60, 2)

    @property
    def average_minutes(self) -> float | None:
        """What one lasts on average; None if there is none."""
        return self.minutes / self.count if self.count else None

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.count + other.count, self.minutes + other.minutes)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.count - other.count, self.minutes - other.minutes)


@dataclass(frozen=True, slots=True)
class Line:
    """What has something in common: a type, a site, a lead."""

    name: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Month:
    """What starts in one month, which is named by its first day."""

    first_day: date
    amount: Amount


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last instant to start at, both included."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Trend:
    """A period and the one before it, of the same length."""

    period: Period
    amount: Amount
    previous_period: Period
    previous: Amount

    @property
    def count_change(self) -> float | None:
        """By which part the count has grown; None if there was nothing before."""
        return _growth(self.amount.count, self.previous.count)

    @property
    def hours_change(self) -> float | None:
        """By which part the hours have grown; None if there was nothing before."""
        return _growth(self.amount.minutes, self.previous.minutes)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and hours of the interactions that a filter lets through.

    Attributes:
        total: All of them.
        types: By type, the most first.
        sites: By site, the most first; also those that have none.
        leads: The leads with the most.
        lead_count: How many leads there are in all.
        months: From the first month with any to the last one, none left out.
        weekdays: Monday to Sunday.
        trend: How it compares; None if the filter names no period.
    """

    total: Amount
    types: list[Line]
    sites: list[Line]
    leads: list[Line]
    lead_count: int
    months: list[Month]
    weekdays: list[Line]
    trend: Trend | None

    @property
    def other_leads(self) -> Amount:
        """All that is not of the leads with the most."""
        return self.total - sum((line.amount for line in self.leads), Amount())


def _growth(now: int, before: int) -> float | None:
    return (now - before) / before if before else None

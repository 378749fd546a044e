"""Summaries as texts are hostile, and as there are few or many of everything."""

from datetime import UTC, date, datetime, timedelta

from app.reports.front import Front
from app.reports.summary.days import months_of, weekdays_of
from app.reports.summary.figures import Amount, Line, Period, Summary, Trend

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)
FILTER = ["Type is one of Call, Meeting", "Lead contains “Ж”"]

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "@SUM(A1)",
    "{=1+1}",
    "http://example.org",
    "Bell\x07 and \x1b escape",
    "\u202eevil\u202c",
    "משרד תל אביב (12)",
    "مكتب الرباط",
    "Αθήνα",
    "Санкт-Петербург",
    "Łódź Żółć",
    "東京都千代田区霞が関",
    "🙂👍🏽",
    "\ufffe\uffff_x0041_",
    "W" * 200,
    "A long name that goes on " * 8,
    "12345",
]


def front(title: str = "Activity of 2026", sites: list[str] | None = None) -> Front:
    """What a report says of itself."""
    return Front(title, "Europe/Paris", sites or ["Lyon"], FILTER, NOW)


def summary(names: list[str], *, days: int = 400, with_trend: bool = True) -> Summary:
    """A summary in which each name is that of a site and of a lead, the first with the most."""
    lines = [
        Line(name, Amount(len(names) - n, (len(names) - n) * 90)) for n, name in enumerate(names)
    ]
    total = sum((line.amount for line in lines), Amount())
    by_day = {
        date(2025, 1, 31) + timedelta(days=number * 3): Amount(1, 90) for number in range(days)
    }
    trend = None
    if with_trend and names:
        period = Period(NOW - timedelta(days=30), NOW)
        before = Period(NOW - timedelta(days=60), NOW - timedelta(days=30, microseconds=1))
        trend = Trend(period, total, before, Amount(total.count * 2, total.minutes))
    return Summary(
        total=total,
        types=[Line("Call", total)] if names else [],
        sites=lines,
        leads=lines[:20],
        lead_count=len(lines),
        months=months_of(by_day if names else {}),
        weekdays=weekdays_of(by_day if names else {}),
        trend=trend,
    )


def sites(number: int) -> list[str]:
    """The names of so many sites."""
    return [f"Site {place:03}" for place in range(number)]

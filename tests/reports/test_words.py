"""Filters in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.interactions.finding.schemas import Query
from app.reports.front import Front
from app.reports.summary.figures import Period
from app.reports.words import filter_in_words

SITES = {1: "Lyon"}


def field(name: str, op: str, value: Any = None) -> dict[str, Any]:
    found = {"field": name, "op": op, "value": value}
    return {key: part for key, part in found.items() if part is not None}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (field("type", "in", ["CALL", "SITE_VISIT"]), "Type is one of Call, Site visit"),
        (field("site_id", "in", [1, 7]), "Site is one of Lyon, number 7"),
        (field("lead", "contains", "=1+1"), "Lead contains “=1+1”"),
        (field("location", "is_null"), "Location is empty"),
        (field("notes", "is_null", value=False), "Notes is not empty"),
        (field("duration_minutes", "gte", 90), "Minutes is at least 90"),
        (field("created_by", "neq", 3), "Creator is not user 3"),
        (field("timezone", "eq", "Asia/Tokyo"), "Time zone is “Asia/Tokyo”"),
        (field("start_datetime", "eq", "2026-06-03"), "Start is on 3 Jun 2026"),
        (field("start_datetime", "lt", "2026-06-03T14:05"), "Start is before 3 Jun 2026, 14:05"),
        (
            field("updated_at", "gte", "2026-06-03T14:05:00Z"),
            "Last change is no earlier than 3 Jun 2026, 14:05 UTC",
        ),
        (
            field("end_datetime", "gt", "2026-06-03T14:05:00-05:00"),
            "End is after 3 Jun 2026, 14:05 UTC-05:00",
        ),
        (
            field("start_datetime", "between", ["2026-01-01", "2026-03-31"]),
            "Start is between 1 Jan 2026 and 31 Mar 2026",
        ),
        (
            field("start_datetime", "between", {"last": "P1Y2M"}),
            "Start is in the last 1 year 2 months",
        ),
        (
            field("start_datetime", "gte", {"last": "PT12H"}),
            "Start is no earlier than 12 hours ago",
        ),
        (field("start_datetime", "lt", {"next": "P1W"}), "Start is before 1 week from now"),
        ({"not": field("lead", "eq", "Ann")}, "Not: lead is “Ann”"),
        (
            {"or": [field("lead", "eq", "Ann"), {"not": field("type", "eq", "CALL")}]},
            "Lead is “Ann” or (not: type is Call)",
        ),
    ],
)
def test_a_condition_in_words(where: dict[str, Any], words: str) -> None:
    assert filter_in_words(Query.model_validate({"where": where}), SITES) == [words]


def test_each_condition_is_a_sentence() -> None:
    query = Query.model_validate(
        {
            "q": '"new line" -budget',
            "where": {
                "and": [
                    field("type", "eq", "CALL"),
                    {"or": [field("lead", "eq", "Ann"), field("lead", "eq", "Bob")]},
                ]
            },
        }
    )

    assert filter_in_words(query, SITES) == [
        'Any text contains "new line" -budget',
        "Type is Call",
        "Lead is “Ann” or lead is “Bob”",
    ]


def test_no_filter_says_so() -> None:
    front = Front("T", "UTC", [], [], datetime(2026, 1, 1, tzinfo=UTC))

    assert front.conditions == ["None: all interactions of the sites"]
    assert front.made == "1 Jan 2026, 00:00 (UTC)"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (
            "2026-06-01T00:00+02:00",
            "2026-06-30T23:59:59.999999+02:00",
            "1 Jun 2026 \N{EN DASH} 30 Jun 2026",
        ),
        ("2026-06-01T00:00+02:00", "2026-06-01T23:59:59.999999+02:00", "1 Jun 2026"),
        (
            "2026-06-01T08:00+02:00",
            "2026-06-01T16:59:59.999999+02:00",
            "1 Jun 2026, 08:00 \N{EN DASH} 1 Jun 2026, 17:00",
        ),
    ],
)
def test_a_period_by_the_calendar_of_the_zone(first: str, last: str, text: str) -> None:
    front = Front("T", "Europe/Paris", [], [], datetime(2026, 1, 1, tzinfo=UTC))

    period = Period(datetime.fromisoformat(first), datetime.fromisoformat(last))

    assert front.period(period) == text

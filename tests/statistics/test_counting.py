"""What is counted, by what, in which order, and how long it lasts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import Role
from app.interactions.creating import create_interactions
from app.statistics.repository import MAX_ROWS
from app.tenancy.scope import SiteScope
from app.tenancy.session import scoped_session
from tests.desk import Desk
from tests.factories import START
from tests.statistics.conftest import statistics, table


async def make_lasting(desk: Desk, **duration: float) -> None:
    """An interaction of a duration."""
    end = START + timedelta(**duration)
    await desk.create(start_datetime=START.isoformat(), end_datetime=end.isoformat())


async def make_starting(desk: Desk, *starts: str, **over: Any) -> None:
    """Interactions of an hour at these times."""
    for start in starts:
        end = datetime.fromisoformat(start) + timedelta(hours=1)
        await desk.create(start_datetime=start, end_datetime=end.isoformat(), **over)


async def test_without_a_field_there_are_the_totals_alone(desk: Desk) -> None:
    await desk.create()
    await desk.create(type="CALL")

    assert await statistics(desk.client) == {
        "from": None,
        "to": None,
        "tz": "UTC",
        "count": 2,
        "hours": 2.0,
        "is_complete": True,
        "statistics": [],
    }


async def test_where_there_is_nothing_the_answer_is_zero(desk: Desk) -> None:
    for query in ({}, {"by": "type,month,site"}, {"by": "lead"}, {"q": "nothing"}):
        answer = await statistics(desk.client, **query)
        assert (answer["count"], answer["hours"], answer["statistics"]) == (0, 0, [])


async def test_a_row_has_the_fields_that_it_is_counted_by(desk: Desk) -> None:
    await desk.create(lead="Ann")

    for by in ("type", "month", "site", "lead", "lead,site,month,type"):
        (row,) = (await statistics(desk.client, by=by))["statistics"]
        assert row.keys() == {*by.split(","), "count", "hours"}
    assert row == {
        "type": "MEETING",
        "month": "2026-06",
        "site": {"id": desk.site.id, "name": desk.site.name},
        "lead": "Ann",
        "count": 1,
        "hours": 1.0,
    }


async def test_rows_are_in_the_order_of_the_fields(desk: Desk) -> None:
    await make_starting(desk, "2026-03-01T00:00:00Z", "2026-01-05T00:00:00Z", type="CALL")
    await make_starting(desk, "2026-03-09T00:00:00Z", type="REVIEW")

    by_month = [["2026-01", "CALL", 1], ["2026-03", "CALL", 1], ["2026-03", "REVIEW", 1]]
    by_type = [["CALL", "2026-01", 1], ["CALL", "2026-03", 1], ["REVIEW", "2026-03", 1]]
    assert await table(desk.client, "month,type") == by_month
    assert await table(desk.client, "type,month") == by_type
    assert await table(desk.client, "type,month", title="kickoff") == by_type


async def test_leads_come_by_how_many_they_have_and_then_by_name(desk: Desk) -> None:
    january, february = "2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z"
    await make_starting(desk, january, january, february, lead="Zoe")
    await make_starting(desk, january, february, february, lead="Émil")
    await make_starting(desk, february, lead="frank")

    assert await table(desk.client, "lead") == [["Émil", 3], ["Zoe", 3], ["frank", 1]]
    assert await table(desk.client, "month,lead") == [
        ["2026-01", "Zoe", 2],
        ["2026-01", "Émil", 1],
        ["2026-02", "Émil", 2],
        ["2026-02", "frank", 1],
        ["2026-02", "Zoe", 1],
    ]
    assert await table(desk.client, "lead,month") == [
        ["Émil", "2026-01", 1],
        ["Émil", "2026-02", 2],
        ["Zoe", "2026-01", 2],
        ["Zoe", "2026-02", 1],
        ["frank", "2026-02", 1],
    ]


@pytest.mark.parametrize("query", [{}, {"title": "kickoff"}], ids=["kept", "counted"])
async def test_hours_are_those_of_whole_minutes(query: dict[str, str], desk: Desk) -> None:
    for seconds in (1, 59.999999, 60, 119.5):
        await make_lasting(desk, seconds=seconds)
    assert (await statistics(desk.client, **query))["hours"] == 0.03  # two minutes

    await make_lasting(desk, days=366)
    await make_lasting(desk, minutes=5)
    assert (await statistics(desk.client, **query))["hours"] == 366 * 24 + 0.12

    (row,) = (await statistics(desk.client, by="type", **query))["statistics"]
    assert row["hours"] == 366 * 24 + 0.12


async def test_the_total_is_no_sum_of_rounded_rows(desk: Desk) -> None:
    for kind in ("CALL", "MEETING", "OTHER"):
        await desk.create(type=kind, end_datetime="2026-06-12T14:01:00Z")

    answer = await statistics(desk.client, by="type")

    assert [row["hours"] for row in answer["statistics"]] == [0.02] * 3
    assert answer["hours"] == 0.05


async def test_a_thousand_rows_are_shown_and_all_are_counted(
    desk: Desk, engine: AsyncEngine
) -> None:
    scope = SiteScope(desk.user.id, {desk.site.id: Role.EDITOR})
    content = {
        "title": "Project kickoff",
        "type": "MEETING",
        "start_datetime": START,
        "end_datetime": START + timedelta(minutes=30),
        "timezone": "UTC",
        "description": "What was said.",
    }
    contents = [content | {"lead": f"Lead {number}"} for number in range(MAX_ROWS)]
    async with scoped_session(engine, scope) as session:
        await create_interactions(session, desk.site.id, contents)

    whole = await statistics(desk.client, by="lead")
    await desk.create(lead="Twice")
    await desk.create(lead="Twice")
    cut = await statistics(desk.client, by="lead")

    assert (whole["is_complete"], len(whole["statistics"])) == (True, MAX_ROWS)
    assert (cut["is_complete"], len(cut["statistics"])) == (False, MAX_ROWS)
    assert cut["statistics"][0] == {"lead": "Twice", "count": 2, "hours": 2.0}
    assert (cut["count"], cut["hours"]) == (MAX_ROWS + 2, MAX_ROWS / 2 + 2)


async def test_what_is_deleted_or_moved_is_counted_where_it_is_now(desk: Desk) -> None:
    row, gone = await desk.create(), await desk.create()
    await desk.client.delete(f"/interactions/{gone['id']}")
    await desk.client.patch(
        f"/interactions/{row['id']}",
        json={"type": "CALL", "start_datetime": "2026-05-31T23:00:00Z"},
    )

    for query in ({}, {"title": "kickoff"}):
        assert await table(desk.client, "type,month", **query) == [["CALL", "2026-05", 1]]

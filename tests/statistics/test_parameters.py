"""Questions that are refused: misspelt ones, contradictory ones, and those that take too long."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import create_engine
from app.core.errors import QueryTooBroad
from app.core.vocabulary import Role
from app.interactions.filters import InteractionFilters
from app.statistics.question import GroupField, Period, Question, parse_by
from app.statistics.repository import count_interactions
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session
from tests.conftest import Database
from tests.desk import ClientFor, Desk, error_of, refused_fields


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("by=tipe", {"by": "Unknown field; did you mean type?"}),
        ("by=type,mont", {"by": "Unknown field; did you mean month?"}),
        ("by=xyzzy", {"by": "Unknown field"}),
        ("by=type,type", {"by": "type is named twice"}),
        ("by=type&by=month", {"by": "This parameter can be given only once"}),
        ("form=2026-01-01", {"form": "Unknown parameter; did you mean from?"}),
        ("from=2026-06-02&to=2026-06-01", {"to": "to is before from"}),
        ("start_date=2026-06-02&to=2026-06-01", {"to": "to is before start_date"}),
        (
            "start_date=2026-06-02&end_date=2026-06-01",
            {"end_date": "end_date is before start_date"},
        ),
        ("page=1", {"page": "Unknown parameter"}),
    ],
)
async def test_a_parameter_that_means_nothing_is_refused_by_name(
    query: str, refused: dict[str, str], desk: Desk
) -> None:
    assert refused_fields(await desk.client.get(f"/statistics?{query}"), 400) == refused


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=2026-13-01",
        "from=0001-01-01",
        "to=9999-12-31",
        "tz=Mars/Base",
        "type=PARTY",
        "q=1+2+3+4+5+6+7+8+9",
        "created_by=0",
        "overlaps_from=2026-06-02&overlaps_to=2026-06-01",
        f"by={'type,' * 20}",
    ],
)
async def test_a_value_that_cannot_be_read_is_refused(query: str, desk: Desk) -> None:
    refused_fields(await desk.client.get(f"/statistics?{query}"), 400)


async def test_nobody_is_answered_401_whatever_they_ask(client_for: ClientFor) -> None:
    for query in ("", "by=tipe", "from=2026-06-02&to=2026-06-01"):
        error_of(await client_for().get(f"/statistics?{query}"), 401)


@pytest.mark.parametrize(
    ("by", "fields"),
    [(None, ()), ("", ()), (" , ", ()), ("lead", ("lead",)), ("site, type,", ("site", "type"))],
)
def test_fields_are_separated_by_commas(by: str | None, fields: tuple[GroupField, ...]) -> None:
    assert parse_by(by) == fields


async def test_counting_for_too_long_is_told_as_asking_for_too_much(
    desk: Desk, database: Database, admin_engine: AsyncEngine
) -> None:
    scope = SiteScope(desk.user.id, {desk.site.id: Role.VIEWER})
    question = Question(InteractionFilters(q="anything"), Period(), ("lead",))
    engine = create_engine(database.app_url, pool_size=1, statement_seconds=1)
    try:
        async with admin_engine.begin() as connection:
            # What waits for a lock is stopped like what has much to read.
            await connection.execute(text("LOCK TABLE app.interactions"))
            with pytest.raises(QueryTooBroad):
                async with read_session(engine, scope) as session:
                    await count_interactions(session, question)
    finally:
        await engine.dispose()

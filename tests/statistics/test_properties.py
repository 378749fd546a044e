"""Statistics are what counting the rows one by one gives, whatever is asked and was written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.vocabulary import InteractionType, Role
from app.interactions.counts import fold_deltas
from app.interactions.filters import InteractionFilters
from app.models import Interaction, Site, User
from app.statistics.question import Period, Question, parse_by
from app.statistics.repository import count_interactions
from app.statistics.rules import is_kept
from app.tenancy.scope import SiteScope
from app.tenancy.session import read_session, scoped_session
from tests.desk import ClientFor, Json
from tests.factories import Client, Make, body
from tests.statistics.conftest import statistics

pytestmark = pytest.mark.covered_elsewhere

FIELDS = ("type", "month", "site", "lead")
TYPES = ["CALL", "EMAIL", "MEETING"]
LEADS = ["Ann", "ann", "Émil", "Bob Low"]
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"]
# Around the borders of months, in UTC and in the other zones.
STARTS = [
    datetime(2026, month, 1, tzinfo=UTC) + timedelta(hours=hours, microseconds=microseconds)
    for month in (1, 3, 4)
    for hours in (-14, -5.5, -2, -1, 0, 4, 5)
    for microseconds in (-1, 0, 1)
]
UTC_MONTHS = [("2026-01-01", "2026-01-31"), ("2026-01-01", "2026-03-31"), ("2026-03-01", "")]
PERIODS = [*UTC_MONTHS, ("", ""), ("2026-02-28T18:30:00Z", "2026-03-31"), ("", "2026-03-31T22:00")]
SEEKS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

contents = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "lead": st.sampled_from(LEADS),
        "start": st.sampled_from(STARTS),
        "seconds": st.sampled_from([1, 59, 60, 3599.999999, 5400, 86400]),
    }
)
writes = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "update", "delete", "fold"]),
        st.integers(0, 99),
        contents,
    ),
    max_size=4,
)
questions = st.fixed_dictionaries(
    {
        "by": st.lists(st.sampled_from(FIELDS), unique=True).map(",".join),
        "tz": st.sampled_from(ZONES),
        "period": st.sampled_from(PERIODS),
    },
    optional={
        "type": st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
        "lead": st.sampled_from(["an", "É", "low", "nobody"]),
        "site": st.integers(0, 1),
    },
)
questions_of_counts = st.fixed_dictionaries(
    {
        "by": st.lists(st.sampled_from(FIELDS[:3]), unique=True).map(",".join),
        "tz": st.just("UTC"),
        "period": st.sampled_from([*UTC_MONTHS, ("", "")]),
    },
    optional={"type": st.lists(st.sampled_from(TYPES), min_size=1, unique=True)},
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Two sites, somebody who writes at both, and a third one next to them."""

    sites: list[Site]
    user: User
    client: Client
    engine: AsyncEngine

    @property
    def scope(self) -> SiteScope:
        """The scope of that somebody."""
        return SiteScope(self.user.id, {site.id: Role.SITE_ADMIN for site in self.sites})

    async def rows(self) -> list[Interaction]:
        """What there is at both sites, in the order in which it came."""
        async with read_session(self.engine, self.scope) as session:
            live = select(Interaction).where(Interaction.deleted_at.is_(None))
            return list(await session.scalars(live.order_by(Interaction.id)))

    async def write(self, what: str, number: int, content: Json) -> None:
        """Write something at the site, or to the interaction, that a number falls on."""
        site, rows = self.sites[number % 2], await self.rows()
        start = content["start"]
        sent = {
            "type": content["type"],
            "lead": content["lead"],
            "start_datetime": start.isoformat(),
            "end_datetime": (start + timedelta(seconds=content["seconds"])).isoformat(),
        }
        if what == "fold":
            async with scoped_session(self.engine, self.scope) as session:
                await fold_deltas(session, site.id)
            return
        if what == "create" or not rows:
            response = await self.client.post("/interactions", json=body(site_id=site.id, **sent))
        else:
            path = f"/interactions/{rows[number % len(rows)].id}"
            change = {"method": "PATCH", "json": sent} if what == "update" else {"method": "DELETE"}
            response = await self.client.request(url=path, **change)
        assert response.is_success, response.text


@pytest.fixture(scope="module")
async def shelf(make: Make, client_for: ClientFor, engine: AsyncEngine) -> Shelf:
    sites = [await make.site() for _ in range(2)]
    user, next_door = await make.member(*sites, role=Role.SITE_ADMIN), await make.site()
    await make.interaction(next_door, await make.member(next_door))
    return Shelf(sites, user, client_for(user), engine)


def is_found(row: Interaction, question: Json, shelf: Shelf) -> bool:
    start, end = question["period"]
    folded = row.lead.lower().replace("é", "e")
    return (
        (not start or row.start_datetime >= moment(start, question["tz"]))
        and (not end or row.start_datetime < moment(end, question["tz"], after=True))
        and row.type in question.get("type", TYPES)
        and question.get("lead", "").lower().replace("é", "e") in folded
        and ("site" not in question or row.site_id == shelf.sites[question["site"]].id)
    )


def moment(text: str, zone: str, *, after: bool = False) -> datetime:
    """When something begins, or when the day or instant is over."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(zone))
    if after:
        found += timedelta(microseconds=1) if "T" in text else timedelta(days=1)
    return found


def fields_of(row: Interaction, by: Iterable[str], zone: str) -> tuple[object, ...]:
    month = row.start_datetime.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
    values = {"type": row.type, "month": month, "site": row.site_id, "lead": row.lead}
    return tuple(values[name] for name in by)


def counted(rows: list[Interaction], question: Json) -> dict[tuple[object, ...], tuple[int, float]]:
    """How many rows there are of each combination, and their hours."""
    counts, minutes = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    for row in rows:
        fields = fields_of(row, filter(None, question["by"].split(",")), question["tz"])
        counts[fields] += 1
        minutes[fields] += (row.end_datetime - row.start_datetime) // timedelta(minutes=1)
    return {fields: (counts[fields], round(minutes[fields] / 60, 2)) for fields in counts}


def parameters(question: Json, shelf: Shelf) -> dict[str, Any]:
    start, end = question["period"]
    given: dict[str, Any] = {
        name: question[name] for name in ("by", "tz", "type", "lead") if name in question
    }
    if start:
        given["from_"] = start
    if end:
        given["to"] = end
    if "site" in question:
        given["site_id"] = shelf.sites[question["site"]].id
    return given


@SEEKS
@given(written=writes, asked=st.lists(questions, min_size=1, max_size=3), known=questions_of_counts)
async def test_statistics_are_a_plain_count(
    written: list[tuple[str, int, Json]], asked: list[Json], known: Json, shelf: Shelf
) -> None:
    for write in written:
        await shelf.write(*write)
    all_rows = await shelf.rows()

    for question in (*asked, known):
        rows = [row for row in all_rows if is_found(row, question, shelf)]
        by = [name for name in question["by"].split(",") if name]
        answer = await statistics(shelf.client, **parameters(question, shelf))

        told = {
            tuple(row[name]["id"] if name == "site" else row[name] for name in by): (
                row["count"],
                row["hours"],
            )
            for row in answer["statistics"]
        }
        assert answer["count"] == len(rows)
        assert told == (counted(rows, question) if by else {})
        totals = counted(rows, question | {"by": ""}).get((), (0, 0))
        assert (answer["count"], answer["hours"]) == totals


@SEEKS
@given(written=writes, known=questions_of_counts)
async def test_the_counts_that_are_kept_are_what_counting_gives(
    written: list[tuple[str, int, Json]], known: Json, shelf: Shelf
) -> None:
    for write in written:
        await shelf.write(*write)
    start, end = known["period"]
    question = Question(
        InteractionFilters(
            type=known.get("type") and [InteractionType(kind) for kind in known["type"]]
        ),
        Period(
            moment(start, "UTC") if start else None,
            moment(end, "UTC", after=True) - timedelta(microseconds=1) if end else None,
        ),
        parse_by(known["by"]),
    )
    assert is_kept(question)

    async with read_session(shelf.engine, shelf.scope) as session:
        kept = await count_interactions(session, question)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.statistics.repository.is_kept", lambda _: False)
            assert await count_interactions(session, question) == kept

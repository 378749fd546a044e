"""Walks show everything once, however many pages that takes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.client.errors import PageTooDeepError
from app.client.parameters import written
from app.core.vocabulary import InteractionType, Role
from tests.client.conftest import Workplace
from tests.factories import START


async def test_all_interactions_come_once_and_in_order(workplace: Workplace) -> None:
    rows = [
        await workplace.interaction(
            start_datetime=START + timedelta(days=day),
            end_datetime=START + timedelta(days=day, hours=1),
        )
        for day in range(5)
    ]
    newest_first = [row.id for row in reversed(rows)]
    client = workplace.client

    assert [row.id async for row in client.iter_interactions(page_size=2)] == newest_first
    at_site = client.iter_site_interactions(workplace.site.id, page_size=2, sort="start_datetime")
    assert [row.id async for row in at_site] == newest_first[::-1]
    found = client.iter_search(q="kickoff", page_size=2, sort=["-start_datetime", "title"])
    assert [row.id async for row in found] == newest_first
    tree = {"where": {"field": "lead", "op": "contains", "value": "smith"}, "page_size": 2}
    assert [row.id async for row in client.iter_search_by_tree(tree)] == newest_first
    kept = await client.create_saved_search({"name": "All", "query": {}})
    results = client.iter_saved_search(kept.id, page_size=2)
    assert [row.id async for row in results] == newest_first


async def test_walks_by_number_come_to_an_end_too(workplace: Workplace) -> None:
    row = await workplace.interaction()
    for number in range(4):
        await workplace.client.update_interaction(row.id, {"notes": f"{number}"})

    history = workplace.client.iter_interaction_history(row.id, page_size=2)

    assert [change.version async for change in history] == [5, 4, 3, 2, 1]


async def test_nothing_is_a_walk_too(workplace: Workplace) -> None:
    assert [row async for row in workplace.client.iter_interactions()] == []
    assert [one async for one in workplace.client.iter_api_keys()] == []


async def test_the_audit_is_walked_by_cursor(workplace: Workplace) -> None:
    admin = await workplace.make.user()
    await workplace.make.membership(workplace.site, admin, Role.SITE_ADMIN)
    for _ in range(3):
        await workplace.interaction()
    async with workplace.served.client(admin) as client:
        events = client.iter_audit_events(
            site_id=workplace.site.id, action="interaction.created", page_size=2
        )
        assert len([event.id async for event in events]) == 3


async def test_pages_too_deep_are_an_error_of_their_own(workplace: Workplace) -> None:
    with pytest.raises(PageTooDeepError):
        await workplace.client.list_interactions(page=1_000, page_size=100)


async def test_filters_of_all_kinds_are_understood(workplace: Workplace) -> None:
    row = await workplace.interaction()

    page = await workplace.client.list_interactions(
        type=[InteractionType.MEETING, "call"],
        start_date=START.date(),
        end_date=START + timedelta(minutes=1),
        created_by=workplace.editor.id,
        site_id=[workplace.site.id],
        include=["site", "creator"],
        count="none",
        q=None,
    )

    (found,) = page.interactions
    assert (found.id, page.total) == (row.id, None)
    assert found.site is not None
    assert found.site.id == workplace.site.id


def test_parameters_are_written_as_the_service_reads_them() -> None:
    parameters = {
        "type": ["CALL", InteractionType.MEETING],
        "include": ("site", "creator"),
        "sort": "-title",
        "from_": date(2026, 1, 31),
        "to": datetime(2026, 2, 1, tzinfo=UTC),
        "highlight": True,
        "site_id": [],
        "q": None,
    }

    assert written(parameters) == [
        ("type", "CALL"),
        ("type", "MEETING"),
        ("include", "site,creator"),
        ("sort", "-title"),
        ("from", "2026-01-31"),
        ("to", "2026-02-01T00:00:00+00:00"),
        ("highlight", "true"),
    ]


def test_a_parameter_of_an_odd_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="lead cannot be dict"):
        written({"lead": {}})

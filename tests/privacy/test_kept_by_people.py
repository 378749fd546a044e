"""What people keep loses the name, and nothing else."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.interactions.finding.schemas import Query
from app.models import Import, SavedSearch
from tests.imports.making import make_import
from tests.privacy.conftest import Office
from tests.privacy.making import full_name
from tests.reports.making import make_report
from tests.saved_searches.making import make_search


@pytest.mark.parametrize("name", ["Paris", "Lead"])
async def test_what_is_kept_can_be_read_without_the_name(
    office: Office, api: FastAPI, engine: AsyncEngine, name: str
) -> None:
    mine, zone = office.admin, {"tz": "Europe/Paris"}
    query = {"where": {"field": "lead", "op": "eq", "value": name}, "sort": ["lead"]} | zone
    search_id = await make_search(engine, mine, query=query, shared_with=office.site.id)
    parameters = {"format": "csv", "filters": query, "title": f"About {name}"} | zone
    report_id = await make_report(api, mine, office.site, parameters=parameters)
    sent = {"options": zone, "fault": f"{name} is no column"}
    import_id = await make_import(api, mine, office.site, **sent)

    await office.done("erasures", name)

    (search, report, read) = [
        (await office.client.get(path)).json()
        for path in (
            f"/saved-searches/{search_id}",
            f"/reports/{report_id}",
            f"/imports/{import_id}",
        )
    ]
    erased = query | {"where": {"field": "lead", "op": "eq", "value": "[erased]"}}
    assert Query.model_validate(search["query"]) == Query.model_validate(erased)
    assert (report["title"], report["tz"]) == ("About [erased]", "Europe/Paris")
    assert read["options"]["tz"] == "Europe/Paris"
    async with unscoped_transaction(engine) as session:
        statement = select(Import.fault).where(Import.id == import_id)
        assert await session.scalar(statement) == "[erased] is no column"


async def test_what_its_owner_changes_meanwhile_is_not_lost(
    office: Office, engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    name = full_name()
    search_id = await make_search(
        engine, office.admin, query={"q": name}, shared_with=office.site.id
    )
    asked = await office.ask("erasures", name)
    is_it = SavedSearch.id == search_id
    async with unscoped_transaction(engine) as session:
        changed = update(SavedSearch).where(is_it).values(query={"q": f"budget {name}"})
        await session.execute(changed)
        run = asyncio.create_task(office.bench.run(asked["id"]))
        await until_waiting(admin_engine)
    await run

    async with unscoped_transaction(engine) as session:
        query = await session.scalar(select(SavedSearch.query).where(is_it))
    assert query == {"q": "budget [erased]"}


async def until_waiting(admin_engine: AsyncEngine) -> None:
    """Wait until somebody waits for a saved search."""
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND query LIKE '%saved_searches%'"
    )
    async with admin_engine.connect() as connection, asyncio.timeout(10):
        while not await connection.scalar(statement):
            await connection.rollback()
            await asyncio.sleep(0.02)

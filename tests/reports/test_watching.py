"""Watching a report: its states as they come, and no longer than one may."""

import asyncio

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import User
from app.reports import events
from tests.desk import Json
from tests.reports.conftest import Office


@pytest.fixture(autouse=True)
def _watched_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SECONDS_BETWEEN_LOOKS", 0.05)


def told(answer: httpx.Response) -> list[Json]:
    """The data of the events of a stream that is over."""
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    assert all(block[0] == "event: report" for block in blocks if not block[0].startswith(":"))
    return [orjson.loads(block[1].removeprefix("data: ")) for block in blocks if len(block) > 1]


async def test_each_state_is_told_until_the_last(office: Office) -> None:
    where = {"and": [{"field": "type", "op": "in", "value": ["CALL"]}]}
    asked = await office.ask(filters={"where": where})
    watching = asyncio.create_task(office.client.get(f"/reports/{asked['id']}/events"))
    await asyncio.sleep(0.5)

    await office.bench.run(asked["id"])

    answer = await asyncio.wait_for(watching, 10)
    states = [event["status"] for event in told(answer)]
    assert (states[0], states[-1]) == ("queued", "succeeded")
    assert told(answer)[-1] == await office.read(asked["id"])
    assert told(answer)[-1]["filters"] == {"where": where}
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_what_is_over_is_told_once(office: Office) -> None:
    report = await office.made()

    answer = await office.client.get(f"/reports/{report['id']}/events")

    assert [event["status"] for event in told(answer)] == ["succeeded"]


async def test_nothing_more_is_told_to_who_may_not_log_in_any_more(
    api: FastAPI, office: Office, admin_engine: AsyncEngine
) -> None:
    asked = await office.ask()
    watching = asyncio.create_task(office.client.get(f"/reports/{asked['id']}/events"))
    await asyncio.sleep(0.5)

    async with admin_engine.begin() as connection:
        deactivated = update(User).where(User.id == office.user.id).values(is_active=False)
        await connection.execute(deactivated)

    answer = await asyncio.wait_for(watching, 10)
    assert [event["status"] for event in told(answer)] == ["queued"]


async def test_a_quiet_stream_gives_signs_of_life(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SECONDS_BETWEEN_SIGNS", 0.1)
    asked = await office.ask()
    watching = asyncio.create_task(office.client.get(f"/reports/{asked['id']}/events"))
    await asyncio.sleep(0.5)
    await office.client.delete(f"/reports/{asked['id']}")

    answer = await asyncio.wait_for(watching, 10)

    assert ": nothing new" in answer.text
    assert [event["status"] for event in told(answer)] == ["queued", "cancelled"]

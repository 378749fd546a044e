"""Looking at the audit from behind: what is stored, whoever may read it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.desk import Json

Stored = Callable[[str], Awaitable[list[Json]]]

EVENTS = text("""
    SELECT event FROM (
        SELECT at, id, to_jsonb(e) FROM app.audit_events e WHERE request_id = :request_id
        UNION ALL
        SELECT at, id, to_jsonb(e) FROM app.system_events e WHERE request_id = :request_id
    ) found (at, id, event)
    ORDER BY at, id
""")


@pytest.fixture
def stored(admin_engine: AsyncEngine) -> Stored:
    """The events that a request has left behind, of sites and of the system."""

    async def find(request_id: str) -> list[Json]:
        async with admin_engine.connect() as connection:
            return list(await connection.scalars(EVENTS, {"request_id": request_id}))

    return find

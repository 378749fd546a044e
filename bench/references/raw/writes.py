"""The reference's writes."""

from datetime import datetime
from typing import Any

import asyncpg
import orjson

from bench.references.raw.database import Scope
from bench.references.raw.write_sql import CONTENT, CREATE, UPDATE_LOCATION


async def create(
    connection: asyncpg.Connection, scope: Scope, body: dict[str, Any]
) -> asyncpg.Record:
    """Store what comes, unchecked but for the table's own checks."""
    content = {name: body.get(name) for name in CONTENT}
    times = {
        name: datetime.fromisoformat(body[name]) for name in ("start_datetime", "end_datetime")
    }
    return await connection.fetchrow(
        CREATE,
        scope.site_ids[0],
        scope.user_id,
        *(content | times).values(),
        _json({name: {"old": None, "new": value} for name, value in content.items()}),
        _json(content),
    )


async def update_location(
    connection: asyncpg.Connection, scope: Scope, row_id: int, body: dict[str, Any]
) -> asyncpg.Record:
    """Change the one field that the benchmark changes."""
    return await connection.fetchrow(
        UPDATE_LOCATION, scope.site_ids, row_id, scope.user_id, body["location"]
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()

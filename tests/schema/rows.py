"""Rows for whatever tables a revision has; the models are those of the newest one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import TypeEngine

from app.models.base import SCHEMA
from tests.factories import unique

START = datetime(2026, 6, 12, 14, tzinfo=UTC)

PRESCRIBED = {
    "type": "MEETING",
    "role": "viewer",
    "change_type": "CREATE",
    "timezone": "Europe/Paris",
    "end_datetime": START + timedelta(hours=1),
    "kind": "reset",
    "refresh_hash": bytes(32),
    "secret_hash": bytes(32),
}

OF_TABLES: dict[str, dict[str, object]] = {
    "outgoing_mails": {"kind": "invitation"},
    "logins": {"kind": "token"},
    "jobs": {"kind": "import_check"},
    "operations": {"kind": "import"},
    "imports": {"stage": "check"},
    "report_schedules": {"cron": "0 7 * * 1", "tz": "UTC"},
}


async def fill(engine: AsyncEngine) -> dict[str, int]:
    """Put a row into every table there is; answers how many rows each then has."""
    counts = {}
    async with engine.begin() as connection:
        metadata = MetaData(schema=SCHEMA)
        await connection.run_sync(metadata.reflect)
        known: dict[Column[Any], object] = {}
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            content = {c.name: _value(c, known) for c in table.columns if _is_needed(c)}
            statement = insert(table).values(content).returning(*table.columns)
            row = (await connection.execute(statement)).one()
            known |= dict(zip(table.columns, row, strict=True))
            count = select(func.count()).select_from(table)
            counts[table.name] = await connection.scalar(count) or 0
    return counts


def _is_needed(column: Column[Any]) -> bool:
    return not column.nullable and column.identity is None and column.server_default is None


def _value(column: Column[Any], known: dict[Column[Any], object]) -> object:
    for key in column.foreign_keys:
        return known[key.column]
    prescribed = {**PRESCRIBED, **OF_TABLES.get(column.table.name, {})}
    if column.name in prescribed:
        return prescribed[column.name]
    kinds: dict[type[TypeEngine[Any]], object] = {
        Text: unique("text"),
        Integer: 1,
        DateTime: START,
        Date: START.date(),
        Uuid: uuid4(),
        JSONB: {},
        ARRAY: [1],
        LargeBinary: uuid4().bytes,
    }
    return next(value for kind, value in kinds.items() if isinstance(column.type, kind))

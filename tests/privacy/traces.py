"""Where in the whole database a text stands."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_COLUMNS = text("""
    SELECT c.relname AS table_name, a.attname AS column_name
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
        AND NOT a.attisdropped
        AND t.typname IN ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'citext', '_text')
    ORDER BY 1, 2
""")


async def traces(engine: AsyncEngine, words: str) -> dict[str, int]:
    """In how many rows of each text and JSON column some words stand, whatever their case."""
    found = {}
    async with engine.connect() as connection:
        columns = (await connection.execute(_COLUMNS)).all()
        assert len(columns) > 50
        for table, column in columns:
            statement = (
                f'SELECT count(*) FROM app."{table}"'  # noqa: S608 - names that the catalogue gave
                f' WHERE position(lower($1) IN lower("{column}"::text)) > 0'
            )
            number = (await connection.exec_driver_sql(statement, (words,))).scalar()
            if number:
                found[f"{table}.{column}"] = number
    return found

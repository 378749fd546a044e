"""A name is found whole, however it is written; PostgreSQL and Python find the same."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.privacy.names import read_pattern

CASES = [
    ("John Smith", "John Smith", "[erased]"),
    ("John Smith", "with JOHN  smith, at ten", "with [erased], at ten"),
    ("John Smith", "John\nSmith and John Smithson", "[erased] and John Smithson"),
    ("John Smith", "(John Smith)", "([erased])"),
    ("John Smith", "Big John Smithy, BigJohn Smith", "Big John Smithy, BigJohn Smith"),
    ("José Núñez", "Jose Nunez and JOSÉ NÚÑEZ", "[erased] and [erased]"),
    ("Jose Nunez", "José Núñez", "[erased]"),
    ("Weiß", "Weiss, WEISS and weiß", "[erased], [erased] and [erased]"),
    ("Weiss", "Weiß", "[erased]"),
    ("Ødegård", "Odegard", "[erased]"),
    ("Νίκος", "ΝΙΚΟΣ, νικος", "[erased], [erased]"),
    ("山田", "会議 山田 です", "会議 [erased] です"),
    ("C++ (Ann) [x] $1 \\d .*", "see c++ (ann) [X] $1 \\D .* there", "see [erased] there"),
    ("O'Brien-Jones", "Ms O'Brien-Jones's", "Ms [erased]'s"),
    ("Al", "Also Al and al.", "Also [erased] and [erased]."),
]


@pytest.mark.parametrize(("name", "before", "after"), CASES)
async def test_a_name_is_found_however_it_is_written(
    engine: AsyncEngine, name: str, before: str, after: str
) -> None:
    async with unscoped_transaction(engine) as session:
        pattern = await read_pattern(session, [name])
        statement = text("SELECT regexp_replace(:before, :pattern, '[erased]', 'g')")
        by_sql = await session.scalar(statement, {"before": before, "pattern": pattern.sql})

    assert by_sql == after
    assert pattern.redacted(before) == after


async def test_several_names_are_one_pattern(engine: AsyncEngine) -> None:
    async with unscoped_transaction(engine) as session:
        pattern = await read_pattern(session, ["Ann", "Ann Example", "ann@example.org"])

    assert pattern.redacted("Ann Example <ann@example.org>, Ann") == "[erased] <[erased]>, [erased]"
    assert re.compile("Anne").search(pattern.redacted("Anne"))

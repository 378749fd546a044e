"""A name goes from texts that are kept as JSON, and what says how they are read stays."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.database import unscoped_transaction
from app.imports.outcomes import FileReading
from app.imports.schemas import ImportOptions
from app.interactions.finding.schemas import Query
from app.privacy.json_texts import redacted_json
from app.privacy.names import read_pattern
from app.privacy.pattern import Pattern


@pytest.fixture
async def pattern(engine: AsyncEngine) -> Pattern:
    async with unscoped_transaction(engine) as session:
        return await read_pattern(session, ["Lead", "Paris", "Skip", "Ann Example", "Al"])


def test_texts_are_redacted_and_keys_are_not(pattern: Pattern) -> None:
    value = {"lead": ["Ann Example", {"lead": "the lead"}], "n": 1, "none": None}

    assert redacted_json(value, pattern) == {
        "lead": ["[erased]", {"lead": "the [erased]"}],
        "n": 1,
        "none": None,
    }


def test_a_search_keeps_its_fields_zones_and_orders(pattern: Pattern) -> None:
    zone = {"field": "timezone", "op": "in", "value": ["Europe/Paris"]}
    names = {"field": "lead", "op": "in", "value": ["Paris", "Ann Other"]}
    period = {"field": "start_datetime", "op": "between", "value": {"last": "P7D"}}
    query = {"q": "paris lead", "sort": ["lead"], "tz": "Europe/Paris"}

    kept = redacted_json(query | {"where": {"and": [zone, {"not": names}, period]}}, pattern)

    names["value"] = ["[erased]", "Ann Other"]
    assert kept == query | {
        "q": "[erased] [erased]",
        "where": {"and": [zone, {"not": names}, period]},
    }
    assert Query.model_validate(kept)


def test_an_import_can_still_be_read(pattern: Pattern) -> None:
    mapping = {"fields": {"lead": {"column": "Lead"}}, "date_format": "Al %d", "time": "09:00"}
    options = {"tz": "Europe/Paris", "duplicates": {"external_id": "skip"}, "mapping": mapping}
    reading = {
        "kind": "csv",
        "columns": ["Lead"],
        "details": {"encoding": "utf-8"},
        "mapping": mapping,
        "is_guessed": True,
        "notes": ["Lead was guessed"],
        "missing": ["lead"],
    }

    assert ImportOptions.model_validate(redacted_json(options, pattern)).tz == "Europe/Paris"
    read = FileReading.model_validate(redacted_json(reading, pattern))
    assert (read.columns, read.notes, read.missing) == (
        ["[erased]"],
        ["[erased] was guessed"],
        ["lead"],
    )


def test_a_text_grows_no_longer_than_it_may_be(pattern: Pattern) -> None:
    query = redacted_json({"q": "-".join(["Al"] * 33)}, pattern)

    assert len(query["q"]) == 100
    assert Query.model_validate(query)

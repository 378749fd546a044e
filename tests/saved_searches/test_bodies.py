"""Bodies that cannot be a saved search are refused, field by field, and never a fault of ours."""

from typing import Any

import pytest

from tests.desk import Json, error_of, refused_fields
from tests.factories import unique
from tests.saved_searches.conftest import Person, content_of, path_of

LEAF = {"field": "title", "op": "contains", "value": "x"}


def nested(depth: int) -> Json:
    """A condition of so many levels."""
    condition: Json = LEAF
    for _ in range(depth - 1):
        condition = {"not": condition}
    return condition


async def refused(person: Person, content: Any) -> Json:
    """The fields for which both a new search and a changed one are refused."""
    saved = await person.save()
    made = await person.client.post("/saved-searches", json=content)
    changed = await person.client.put(path_of(saved), json=content)
    assert refused_fields(made) == refused_fields(changed)
    assert await person.read(saved) == saved
    return refused_fields(made)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": ["x"]}, "name"),
        ({"query": None}, "query"),
        ({"query": []}, "query"),
        ({"query": "type=CALL"}, "query"),
        ({"query": {"sql": "1=1"}}, "query.sql"),
        ({"query": {"q": "x" * 101}}, "query.q"),
        ({"query": {"q": " ".join("abcdefghi")}}, "query.q"),
        ({"query": {"sort": []}}, "query.sort"),
        ({"query": {"sort": ["password"]}}, "query.sort"),
        ({"query": {"tz": "../../etc/passwd"}}, "query.tz"),
        ({"query": {"where": LEAF | {"field": "sealed_notes"}}}, "query.where.field"),
        ({"query": {"where": LEAF | {"op": "~"}}}, "query.where.op"),
        ({"query": {"where": LEAF | {"value": {"last": "P7D"}}}}, "query.where.value"),
        ({"query": {"where": LEAF | {"value": "a\x00"}}}, "query.where.value"),
        ({"query": {"where": {"and": []}}}, "query.where.and"),
        ({"query": {"where": {"and": [LEAF, {}]}}}, "query.where.and.1"),
        ({"query": {"where": nested(6)}}, "query.where"),
        ({"query": {"where": {"or": [LEAF] * 51}}}, "query.where"),
        ({"shared_with": 0}, "shared_with"),
        ({"shared_with": 2**31}, "shared_with"),
        ({"shared_with": "1"}, "shared_with"),
        ({"shared_with": True}, "shared_with"),
        ({"shared_with": [1.5]}, "shared_with"),
        ({"id": 1}, "id"),
        ({"owner_id": 1}, "owner_id"),
        ({"is_mine": True}, "is_mine"),
        ({"site_id": 1}, "site_id"),
    ],
)
async def test_what_cannot_be_a_search_is_refused(owner: Person, over: Json, field: str) -> None:
    content: Json = {"name": unique("Bad"), "query": {}}
    content |= over
    assert list(await refused(owner, content)) == [field]


async def test_a_body_has_to_be_there_and_all_that_is_missing_is_named(owner: Person) -> None:
    assert (await refused(owner, {})).keys() == {"name", "query"}
    for content in ([1], "x", 1, None):
        assert error_of(await owner.client.post("/saved-searches", json=content), 422)


@pytest.mark.parametrize("values", [30, 100])
async def test_a_query_may_be_long_but_not_endless(owner: Person, values: int) -> None:
    leaf = {"field": "external_id", "op": "in", "value": ["\u00e9" * 15] * values}
    query = {"where": {"or": [leaf] * 30}}
    content = {"name": unique("Long"), "query": query}

    if values == 100:
        assert (await refused(owner, content)).keys() == {"query"}
    else:
        assert (await owner.save(**content))["query"] == query


async def test_what_is_larger_than_any_body_is_not_even_read(owner: Person) -> None:
    content = {"name": "Huge", "query": {"q": "x" * 300_000}}
    error_of(await owner.client.post("/saved-searches", json=content), 413)


@pytest.mark.parametrize("search_id", ["0", "-1", "x", "1.5", str(2**63), "null"])
async def test_an_id_that_is_none_is_a_bad_request(owner: Person, search_id: str) -> None:
    path = f"/saved-searches/{search_id}"
    content = {"name": "X", "query": {}}
    for response in (
        await owner.client.get(path),
        await owner.client.put(path, json=content),
        await owner.client.delete(path),
    ):
        assert refused_fields(response, 400).keys() == {"search_id"}


async def test_misspelt_parameters_are_refused(owner: Person) -> None:
    response = await owner.client.get("/saved-searches?pagesize=1")
    assert "page_size" in refused_fields(response, 400)["pagesize"]


async def test_words_are_kept_as_they_were_meant_and_not_run_as_anything(owner: Person) -> None:
    name = "'; DROP TABLE app.saved_searches; -- <script>%_"
    saved = await owner.save(name=name)
    assert saved["name"] == name
    other = await owner.save()
    again = await owner.client.put(path_of(other), json=content_of(other, name=name.upper()))
    error_of(again, 409)

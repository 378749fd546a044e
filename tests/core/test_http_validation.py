"""All failing fields of a body are named at once, in words, without what was sent."""

from typing import Any

import httpx
import pytest

from tests.core.sample_app import EDITOR, SECRET


async def post(client: httpx.AsyncClient, body: Any) -> httpx.Response:
    return await client.post("/items/1", json=body, headers=EDITOR)


async def details(client: httpx.AsyncClient, **fields: Any) -> dict[str, str]:
    response = await post(client, {"title": "A good title"} | fields)
    assert response.status_code == 422, response.text
    error = response.json()["error"]
    assert (error["code"], error["message"]) == ("validation_error", "Validation failed")
    found: dict[str, str] = error["details"]
    return found


async def test_a_good_body_passes(client: httpx.AsyncClient) -> None:
    assert (await post(client, {"title": "  A good title "})).json()["title"] == "A good title"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", None, "Title is required"),
        ("title", "", "Title is required"),
        ("title", "  \t", "Title is required"),
        ("title", "Hey", "Title must be between 5 and 100 characters"),
        ("title", "x" * 101, "Title must be between 5 and 100 characters"),
        ("title", 5, "Title must be text"),
        ("note", "x" * 11, "Note must be at most 10 characters"),
        ("start_date", 5, "Start must be text"),
        ("colour", "GREEN", "Colour must be one of RED, BLUE"),
        ("size", "huge", "Size must be one of small, large"),
        ("amount", 0, "Amount must be at least 1"),
        ("amount", 11, "Amount must be at most 10"),
        ("amount", "some", "Amount must be a whole number"),
        ("amount", 1.5, "Amount must be a whole number"),
        ("amount", None, "Amount is required"),
        ("email", "nobody", "Email is not a valid e-mail address"),
        ("filters", {}, "Filters must be a list"),
        ("end_date", "before", "End date must be after start date"),
        ("end_date", "never", "End date must be some day"),
        ("password", SECRET, "Password must not have spaces"),
        ("titel", 1, "Unknown field; did you mean title?"),
        ("xyzzy", 1, "Unknown field"),
    ],
)
async def test_each_kind_of_mistake_has_its_sentence(
    client: httpx.AsyncClient, field: str, value: object, sentence: str
) -> None:
    assert await details(client, **{field: value}) == {field: sentence}


async def test_all_failing_fields_are_named_at_once(client: httpx.AsyncClient) -> None:
    found = await details(client, title="", amount=0, colour="x", nonsense=1)

    assert set(found) == {"title", "amount", "colour", "nonsense"}


async def test_nested_fields_are_named_by_their_path(client: httpx.AsyncClient) -> None:
    found = await details(client, filters=[{"field": "a"}, {"field": "a", "value": 1, "valeu": 2}])

    assert found == {
        "filters.0.value": "Value is required",
        "filters.1.valeu": "Unknown field; did you mean value?",
    }


async def test_nothing_that_was_sent_is_repeated(client: httpx.AsyncClient) -> None:
    fields = ("title", "colour", "size", "amount", "email", "password", "filters")
    body = {field: [SECRET] if field == "filters" else SECRET for field in fields}

    response = await post(client, body | {"title": SECRET * 10})

    assert set(response.json()["error"]["details"]) == set(fields) - {"filters"} | {"filters.0"}
    assert "horse" not in response.text


@pytest.mark.parametrize(
    ("body", "sentence"), [([], "Body must be an object"), (None, "Body is required")]
)
async def test_a_body_of_another_kind_is_named_as_a_whole(
    client: httpx.AsyncClient, body: object, sentence: str
) -> None:
    response = await post(client, body)

    assert (response.status_code, response.json()["error"]["details"]) == (422, {"body": sentence})


async def test_no_body_at_all_is_a_field_error(client: httpx.AsyncClient) -> None:
    response = await client.post("/items/1", headers=EDITOR)

    assert response.status_code == 422
    assert response.json()["error"]["details"] == {"body": "Body is required"}


async def test_a_lone_surrogate_is_a_field_error(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/items/1",
        content=b'{"title": "abcde\\ud800"}',
        headers=EDITOR | {"Content-Type": "application/json"},
    )

    assert response.status_code == 422
    sentence = response.json()["error"]["details"]["title"]
    assert sentence == "Title has characters that are not valid Unicode"


async def test_very_many_mistakes_get_a_bounded_answer(client: httpx.AsyncClient) -> None:
    found = await details(client, filters=[1] * 50_000)

    assert len(found) == 100

"""Parameters are strict, and refusals come in the promised order."""

from typing import Any

import httpx
import pytest

from tests.core.sample_app import EDITOR, SIGNED_IN, ran

GOOD = {"title": "A good title"}


def refusal(response: httpx.Response) -> tuple[int, dict[str, Any]]:
    return response.status_code, response.json()["error"].get("details", {})


async def test_good_parameters_pass(client: httpx.AsyncClient) -> None:
    response = await client.get("/items/7?page_size=5&tag=a&tag=b", headers=SIGNED_IN)

    assert response.json() == {"item_id": 7, "page_size": 5, "tag": ["a", "b"], "x_number": None}


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("page_siez=5", {"page_siez": "Unknown parameter; did you mean page_size?"}),
        ("xyzzy=1", {"xyzzy": "Unknown parameter"}),
        ("page_size=5&page_size=5", {"page_size": "This parameter can be given only once"}),
        ("page_size=abc", {"page_size": "Page size must be a whole number"}),
        ("page_size=", {"page_size": "Page size must be a whole number"}),
        ("page_size=101", {"page_size": "Page size must be at most 100"}),
        ("%00=1", {"\0": "Unknown parameter"}),
        ("tag=a" + "&tag=a" * 100, {"query": "There are more than 100 query parameters"}),
    ],
)
async def test_bad_parameters_are_named(
    client: httpx.AsyncClient, query: str, details: dict[str, str]
) -> None:
    response = await client.get(f"/items/7?{query}", headers=SIGNED_IN)

    assert refusal(response) == (400, details)
    assert response.json()["error"]["code"] == "bad_request"


async def test_a_hundred_parameters_are_not_too_many(client: httpx.AsyncClient) -> None:
    response = await client.get("/items/7?tag=a" + "&tag=a" * 99, headers=SIGNED_IN)

    assert response.status_code == 200


@pytest.mark.parametrize("item_id", ["abc", "0", "-1", str(2**63), "9" * 5000, "1.5"])
async def test_a_path_id_out_of_range_is_a_400(client: httpx.AsyncClient, item_id: str) -> None:
    status, details = refusal(await client.get(f"/items/{item_id}", headers=SIGNED_IN))

    assert (status, set(details)) == (400, {"item_id"})


async def test_several_problems_are_reported_together(client: httpx.AsyncClient) -> None:
    headers = SIGNED_IN | {"X-Number": "many"}
    url = "/items/0?page_size=0&tga=1"

    status, details = refusal(await client.get(url, headers=headers))

    assert status == 400
    assert set(details) == {"item_id", "page_size", "tga", "x-number"}


async def test_a_model_of_query_parameters_is_strict_too(client: httpx.AsyncClient) -> None:
    ran.clear()

    good = await client.get("/search?q=a&site=1&site=2", headers=SIGNED_IN)
    typo = await client.get("/search?qq=a&page=0", headers=SIGNED_IN)
    twice = await client.get("/search?q=a&q=b", headers=SIGNED_IN)

    assert good.json() == {"q": "a", "page": 1, "site": [1, 2]}
    assert refusal(typo) == (
        400,
        {"qq": "Unknown parameter; did you mean q?", "page": "Page must be at least 1"},
    )
    assert refusal(twice)[0] == 400
    assert ran == ["search"]


@pytest.mark.parametrize(
    ("headers", "item_id", "query", "body", "status"),
    [
        ({}, "0", "?typo=1", {}, 401),
        ({}, "1", "?typo=1", GOOD, 401),
        ({}, "1", "", {}, 401),
        (SIGNED_IN, "0", "", {}, 400),
        (SIGNED_IN, "1", "?typo=1", {}, 400),
        (SIGNED_IN, "1", "?page_size=x", GOOD, 400),
        (SIGNED_IN, "1", "", {}, 403),
        (SIGNED_IN, "1", "", GOOD, 403),
        (EDITOR, "0", "", {}, 400),
        (EDITOR, "1", "?typo=1", {}, 400),
        (EDITOR, "1", "?typo=1", GOOD, 400),
        (EDITOR, "1", "", {}, 422),
        (EDITOR, "1", "", GOOD, 200),
    ],
)
async def test_refusals_come_in_the_promised_order(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    item_id: str,
    query: str,
    body: dict[str, str],
    status: int,
) -> None:
    ran.clear()

    response = await client.post(f"/items/{item_id}{query}", json=body, headers=headers)

    assert response.status_code == status
    assert bool(ran) is (status == 200)


async def test_a_400_has_no_word_on_the_body(client: httpx.AsyncClient) -> None:
    response = await client.post("/items/0", json={"title": ""}, headers=EDITOR)

    assert set(response.json()["error"]["details"]) == {"item_id"}


async def test_what_cannot_be_read_may_come_before_401(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    assert (await client.post("/items/1", content=b"{", headers=headers)).status_code == 400


async def test_routes_without_a_caller_are_strict_too(client: httpx.AsyncClient) -> None:
    assert (await client.post("/auth/login?a=1", json={})).status_code == 400
    assert (await client.post("/auth/login", json={})).status_code == 401


async def test_openapi_shows_the_routes_as_they_are_written(client: httpx.AsyncClient) -> None:
    response = await client.get("http://test/openapi.json")

    operation = response.json()["paths"]["/api/v1/items/{item_id}"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {"item_id", "page_size", "tag", "x-number"}
    assert operation["summary"] == "Get Item"

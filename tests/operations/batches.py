"""Batches as clients send them."""

from typing import Any

import httpx

from tests.desk import Json
from tests.factories import Client, body


def create(**over: Any) -> Json:
    """A new interaction."""
    return {"op": "create", "data": body(**over)}


def update(row: Json, data: Json, **over: Any) -> Json:
    """A change of an interaction that an answer has told of."""
    return {"op": "update", "id": row["id"], "data": data} | over


def delete(row: Json, **over: Any) -> Json:
    """The end of one."""
    return {"op": "delete", "id": row["id"]} | over


async def send(client: Client, *items: object, mode: str = "partial") -> httpx.Response:
    """The answer to a batch."""
    return await client.post("/interactions/batch", json={"mode": mode, "items": list(items)})


async def done(client: Client, *items: object, mode: str = "partial") -> Json:
    """What came of a batch of which nothing was refused."""
    response = await send(client, *items, mode=mode)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def partly(client: Client, *items: object) -> Json:
    """What came of a batch of which something was refused."""
    response = await send(client, *items)
    assert response.status_code == 207, response.text
    answer: Json = response.json()
    return answer


def statuses(answer: Json) -> list[int]:
    """What became of each item."""
    assert [result["index"] for result in answer["results"]] == list(range(len(answer["results"])))
    return [result["status"] for result in answer["results"]]

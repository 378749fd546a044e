"""An editor at a site, and what the statistics tell them."""

import pytest

from tests.desk import ClientFor, Desk, Json
from tests.factories import Client, Make


@pytest.fixture
async def desk(make: Make, client_for: ClientFor) -> Desk:
    """An editor at a site of their own."""
    site = await make.site()
    editor = await make.member(site)
    return Desk(site=site, user=editor, client=client_for(editor))


async def statistics(client: Client, **query: object) -> Json:
    """The answer to a question; `from_` stands for `from`."""
    params = {name.rstrip("_"): value for name, value in query.items()}
    response = await client.get("/statistics", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def table(client: Client, by: str, **query: object) -> list[list[object]]:
    """The rows of an answer: the fields counted by in their order, and the count."""
    answer = await statistics(client, by=by, **query)
    return [
        [row[name]["id"] if name == "site" else row[name] for name in [*by.split(","), "count"]]
        for row in answer["statistics"]
    ]

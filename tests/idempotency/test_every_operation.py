"""Whatever changes something can be sent again; found in the OpenAPI document."""

import httpx
import pytest
from fastapi import FastAPI

from tests.access.scenes import Kind, make_scene, make_surroundings
from tests.factories import Client, Make, unique
from tests.tenancy.operations import OPERATIONS, Operation, sending

pytestmark = pytest.mark.covered_elsewhere

LOGINS = "/api/v1/auth/"
READING_BY_POST = {"searchInteractionsByTree"}

WRITING = [
    operation
    for operation in OPERATIONS
    if not (operation.reads or operation.path.startswith(LOGINS) or operation.id in READING_BY_POST)
]


def test_only_logging_in_and_what_reads_takes_no_key() -> None:
    without = {one.id for one in WRITING if "idempotency-key" not in one.parameters}
    assert without == set()
    reading = [one for one in OPERATIONS if one not in WRITING]
    assert not any("idempotency-key" in one.parameters for one in reading)


@pytest.mark.parametrize("operation", WRITING, ids=lambda operation: operation.id)
async def test_an_operation_that_is_sent_again_is_answered_as_it_was(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    around, needed = await make_surroundings(make), operation.needs()
    scene = await make_scene(api, make, Kind.SYSTEM_ADMIN, around=around, needed=needed)
    sent = sending(operation.body(scene.target))

    async def call(client: httpx.AsyncClient) -> httpx.Response:
        path = operation.url(scene.target)
        return await client.request(
            operation.method, path, params=operation.query(scene.target), **sent
        )

    headers = scene.headers | {"Idempotency-Key": unique("key")}
    transport = httpx.ASGITransport(api)
    async with Client(transport=transport, base_url="http://test", headers=headers) as client:
        first, again = await call(client), await call(client)

    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers.get("Location") == first.headers.get("Location")

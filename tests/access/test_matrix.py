"""Every operation lets in whom `app/access.py` says, and refuses everybody else."""

import httpx
import pytest
from fastapi import FastAPI

from app.access import ACCESS, Access
from tests.access.scenes import ALLOWED, FOREIGN, Kind, Scene, make_scene
from tests.factories import Client, Make
from tests.tenancy.operations import OPERATIONS, Operation

UNSEEN = {("getUser", Kind.FOREIGN_SITE_ADMIN): 404}
"""A user whom the caller may not see is nowhere, though the operation is for such callers."""


def expected_status(operation: Operation, kind: Kind) -> int:
    """The status of an answer: that of a success stands for all of them."""
    if (operation.id, kind) in UNSEEN:
        return UNSEEN[operation.id, kind]
    if kind in ALLOWED[ACCESS[operation.id]]:
        return 200
    return 401 if kind is Kind.ANONYMOUS else 403


async def call(app: FastAPI, operation: Operation, scene: Scene) -> httpx.Response:
    """Call an operation with all that it needs to succeed."""
    transport = httpx.ASGITransport(app)
    async with Client(transport=transport, base_url="http://test", headers=scene.headers) as client:
        return await client.request(
            operation.method,
            operation.url(scene.target),
            params=operation.query(),
            json=operation.body(scene.target),
        )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
async def test_an_operation_is_for_those_whom_the_table_names(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    found, expected = {}, {}
    for kind in Kind:
        scene = await make_scene(api, make, kind)
        response = await call(api, operation, scene)
        found[kind.name] = 200 if response.is_success else response.status_code
        expected[kind.name] = expected_status(operation, kind)
    assert found == expected


def test_the_table_names_the_operations_that_there_are() -> None:
    assert {operation.id for operation in OPERATIONS} == ACCESS.keys()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_the_documentation_says_for_whom_an_operation_is(operation: Operation) -> None:
    assert operation.description.endswith(f"**Role:** {ACCESS[operation.id]}.")


def test_the_meaning_of_every_word_in_the_table_is_known() -> None:
    assert ALLOWED.keys() == set(Access)
    for kinds in (ALLOWED[Access.VIEWER], ALLOWED[Access.SITE_ADMIN]):
        assert not kinds & FOREIGN

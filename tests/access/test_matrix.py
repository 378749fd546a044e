"""Every operation lets in whom `app/access.py` says, and refuses everybody else."""

import httpx
import pytest
from fastapi import FastAPI

from app.access import ACCESS, Access
from tests.access.scenes import ALLOWED, FOREIGN, Kind, Scene, make_scene, make_surroundings
from tests.factories import Client, Make
from tests.tenancy.operations import NOTHING_TO_SUCCEED_WITH, OPERATIONS, Operation, sending

pytestmark = pytest.mark.covered_elsewhere

EXCEPTIONS = {
    # A user whom the caller may not see is nowhere, though the operation is for such callers.
    ("getUser", Kind.FOREIGN_SITE_ADMIN): 404,
    # A key is for sites of the caller's own, and this one is not.
    **{("createApiKey", kind): 403 for kind in FOREIGN | {Kind.NO_SITE}},
    # An import writes to all its sites, and this one is not the caller's any more.
    **{("commitImport", kind): 409 for kind in FOREIGN | {Kind.NO_SITE}},
    # One item that cannot be done and nothing is, whoever may write elsewhere.
    **{("batchInteractions", kind): 422 for kind in (Kind.FOREIGN_EDITOR, Kind.FOREIGN_SITE_ADMIN)},
    # As a report is about this site, and its file tells of it.
    **{
        (operation, kind): 403
        for operation in ("requestReport", "downloadReport")
        for kind in FOREIGN | {Kind.NO_SITE}
    },
}


def expected_status(operation: Operation, kind: Kind) -> int:
    """The status of an answer: that of a success stands for all of them."""
    if (operation.id, kind) in EXCEPTIONS:
        return EXCEPTIONS[operation.id, kind]
    if kind in ALLOWED[ACCESS[operation.id]]:
        return 200
    if kind is Kind.API_KEY and ACCESS[operation.id] is Access.SESSION:
        return 401  # it is no session
    return 401 if kind is Kind.ANONYMOUS else 403


async def call(app: FastAPI, operation: Operation, scene: Scene) -> httpx.Response:
    """Call an operation with all that it needs to succeed."""
    is_for_pages = ACCESS[operation.id] is Access.SESSION
    headers = scene.session_headers if is_for_pages else scene.headers
    transport = httpx.ASGITransport(app)
    async with Client(transport=transport, base_url="http://test", headers=headers) as client:
        return await client.request(
            operation.method,
            operation.url(scene.target),
            params=operation.query(scene.target),
            **sending(operation.body(scene.target)),
        )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
async def test_an_operation_is_for_those_whom_the_table_names(
    api: FastAPI, make: Make, operation: Operation
) -> None:
    found, expected = {}, {}
    needed, is_page = operation.needs(), ACCESS[operation.id] is Access.SESSION
    unchanged = await make_surroundings(make)
    for kind in Kind:
        expected[kind.name] = expected_status(operation, kind)
        # Who reads or is refused leaves everything as it is for the next one.
        changes = expected[kind.name] == 200 and not operation.reads
        around = await make_surroundings(make) if changes else unchanged
        scene = await make_scene(api, make, kind, around=around, needed=needed, is_page=is_page)
        response = await call(api, operation, scene)
        is_let_in = response.is_success or response.status_code == NOTHING_TO_SUCCEED_WITH.get(
            operation.id
        )
        found[kind.name] = 200 if is_let_in else response.status_code
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

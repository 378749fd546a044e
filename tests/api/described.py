"""The OpenAPI document as the tests look at it."""

from collections.abc import Iterator

import httpx
import pytest

from app.core.http.middleware import EXPOSED_HEADERS
from tests.desk import Json
from tests.starting import document

DOCUMENT = document()
SCHEMAS: Json = DOCUMENT["components"]["schemas"]

MUST_BE_DECLARED = {
    name.lower()
    for name in (*EXPOSED_HEADERS, "Deprecation", "Sunset", "WWW-Authenticate", "Content-Range")
}
"""Headers that tell a client something: an answer has none of them undeclared."""


def operations() -> Iterator[tuple[str, str, Json]]:
    """Method and path of each operation, and what is said of it."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


OPERATIONS = {operation["operationId"]: operation for _, _, operation in operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def resolved(node: Json) -> Json:
    """What a reference leads to; everything else is what it is."""
    found = node
    if "$ref" in node:
        found = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found


def answers_of(operation: Json) -> dict[str, Json]:
    """The answers of an operation by status."""
    return {status: resolved(answer) for status, answer in operation["responses"].items()}


def header_faults(operation_id: str, response: httpx.Response) -> set[str]:
    """Headers that an answer has and does not declare, or declares as always there and has not."""
    headers = answers_of(OPERATIONS[operation_id])[str(response.status_code)]["headers"]
    always = {name.lower() for name, one in headers.items() if resolved(one).get("required")}
    declared = {name.lower() for name in headers}
    told = {name.lower() for name in response.headers} & MUST_BE_DECLARED
    return (told - declared) | {name for name in always if name not in response.headers}

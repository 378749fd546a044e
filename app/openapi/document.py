"""The OpenAPI document: what the routes declare, plus roles, errors and headers."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.access import ACCESS, Access
from app.core.version import service_version
from app.openapi import texts
from app.openapi.answers import declare_answers
from app.openapi.errors import SCHEMAS as ERROR_SCHEMAS
from app.openapi.examples import add_examples
from app.openapi.headers import Place
from app.openapi.meanings import add_meanings
from app.openapi.tidying import tidied

Json = dict[str, Any]


def describe(app: FastAPI) -> None:
    """Let the application serve this document instead of FastAPI's own."""

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def build(app: FastAPI) -> Json:
    """The document.

    Raises:
        LookupError: An operation is not in the table of who may call what.
    """
    document = get_openapi(
        title=texts.TITLE,
        version=service_version(),
        description=texts.DESCRIPTION,
        tags=texts.TAGS,
        servers=texts.SERVERS,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas |= ERROR_SCHEMAS
    components["securitySchemes"] = texts.SECURITY_SCHEMES
    for place in (places := list(places_of(document))):
        _describe(place)
    components |= declare_answers(places)
    document = document | {part: tidied(document[part]) for part in ("paths", "components")}
    add_meanings(document["components"]["schemas"])
    add_examples(document)
    return document


def places_of(document: Json) -> Iterator[Place]:
    """All operations of a document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Place(path, method, operation)


def _describe(place: Place) -> None:
    operation = place.operation
    access = ACCESS.get(operation["operationId"])
    if access is None:
        raise LookupError(f"app/access.py does not say who may call {operation['operationId']}")
    description = operation["description"]
    operation["summary"] = description.splitlines()[0].rstrip(".")
    operation["description"] = f"{description}\n\n**Role:** {access}."
    if place.method == "patch":
        content = operation["requestBody"]["content"]
        content["application/merge-patch+json"] = content["application/json"]
    if access is not Access.ANYBODY:
        operation["security"] = [{name: []} for name in texts.SECURITY_SCHEMES]

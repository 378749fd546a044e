"""The OpenAPI document: what the routes declare, plus roles and errors that all have alike."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.access import ACCESS, Access
from app.core import errors
from app.core.errors import AppError
from app.core.version import service_version

VERSION_1 = "/api/v1/"
TITLE = "Interaction Management API"
DESCRIPTION = """
Records, finds and reports the interactions of an organisation with many sites: meetings, calls,
e-mails, visits. Everybody works across their own sites and never sees a row of another.

Log in with the form above, or call `POST /api/v1/auth/login` and send the access token as
`Authorization: Bearer ...`. Every error has the same form, and a `code` that stays.
"""

TAGS = [
    {"name": "interactions", "description": "Recording, finding, reading and changing them"},
    {"name": "statistics", "description": "How many there are, and how long they last"},
    {"name": "saved searches", "description": "Searches that are kept, and shared with a site"},
    {"name": "reports", "description": "Files about interactions, made in the background"},
    {"name": "retention", "description": "How long sites keep what they have"},
    {"name": "privacy", "description": "What is held on one person: handed out, or erased"},
    {"name": "imports", "description": "Bringing in what another system wrote to a file"},
    {"name": "operations", "description": "Changes of many interactions, to be taken back"},
    {"name": "jobs", "description": "What is done in the background, for those who run it"},
    {"name": "sites", "description": "Where interactions belong"},
    {"name": "members", "description": "Who holds which role at a site"},
    {"name": "users", "description": "The people who may log in"},
    {"name": "auth", "description": "Logging in, and who the caller is"},
    {"name": "audit", "description": "What happened, for those who answer for it"},
    {"name": "health", "description": "Whether the service lives, and whether it can work"},
]

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object", "additionalProperties": True},
                "request_id": {"type": ["string", "null"]},
            },
        }
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
        "request_id": {"type": ["string", "null"]},
    },
}

SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of `POST /api/v1/auth/login` or of the provider, or an API"
        " key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-ims_session",
        "description": "The cookie of `POST /api/v1/auth/session`; without the prefix in"
        " development. Requests that change something need `X-CSRF-Token` too.",
    },
}


def describe(app: FastAPI) -> None:
    """Let the application serve this document instead of FastAPI's own."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def build(app: FastAPI) -> dict[str, Any]:
    """The document.

    Raises:
        LookupError: An operation is not in the table of who may call what.
    """
    document = get_openapi(
        title=TITLE,
        version=service_version(),
        description=DESCRIPTION,
        tags=TAGS,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Error"], schemas["Problem"] = ERROR, PROBLEM
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path=path, method=method)
    return document


def _complete(operation: dict[str, Any], *, path: str, method: str) -> None:
    access = ACCESS.get(operation["operationId"])
    if access is None:
        raise LookupError(f"app/access.py does not say who may call {operation['operationId']}")
    description = operation["description"]
    operation["summary"] = description.splitlines()[0].rstrip(".")
    operation["description"] = f"{description}\n\n**Role:** {access}."
    if method == "patch":
        content = operation["requestBody"]["content"]
        content["application/merge-patch+json"] = content["application/json"]
    if access is not Access.ANYBODY:
        operation["security"] = [{name: []} for name in SECURITY_SCHEMES]
    responses = operation["responses"]
    responses.pop("422", None)
    for error in _errors_of(operation, path=path, method=method):
        responses.setdefault(str(error.status), _response(error))


def _errors_of(operation: dict[str, Any], *, path: str, method: str) -> list[type[AppError]]:
    found: list[type[AppError]] = [errors.BadRequest, errors.ServerError, errors.Unavailable]
    if path.startswith(VERSION_1):
        found.append(errors.RateLimited)
        # Whoever logs in is not let in yet, but may be refused like one who is not.
        found += [errors.Unauthorized, errors.Forbidden]
    if path.startswith(f"{VERSION_1}auth/"):
        found.append(errors.Locked)
    if "{" in path or "/oidc/" in path or method == "post":
        found.append(errors.NotFound)
    if method in {"post", "put", "patch", "delete"}:
        found += [errors.Conflict, errors.PayloadTooLarge, errors.UnsupportedMediaType]
    if method in {"put", "patch"} or path.endswith("/restore"):
        found.append(errors.PreconditionFailed)
    if path.endswith("/download"):
        found += [errors.Conflict, errors.RangeNotSatisfiable]
    if "requestBody" in operation:
        found.append(errors.ValidationFailed)
    return found


def _response(error: type[AppError]) -> dict[str, Any]:
    return {
        "description": (error.__doc__ or error.message).splitlines()[0],
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    }

"""The errors that operations have alike: what they look like, and which can answer what."""

from typing import Any

from app.core import errors
from app.core.errors import AppError
from app.openapi.headers import VERSION_1

Json = dict[str, Any]

_CODE = {
    "type": "string",
    "description": "What went wrong, by a name that stays: compare this.",
    "examples": ["validation_error"],
}
_DETAILS = {
    "type": "object",
    "additionalProperties": True,
    "description": "A sentence for each field that is not right, or other facts.",
    "examples": [{"title": "Title must be between 5 and 100 characters"}],
}
_REQUEST_ID = {
    "type": ["string", "null"],
    "description": "The `X-Request-ID` of the answer; the log has it too.",
    "examples": ["5f0c6c0e9a7e4a0db1b0a3c5d2e8f714"],
}


def _sentence(description: str, example: str) -> Json:
    return {"type": "string", "description": description, "examples": [example]}


SCHEMAS: dict[str, Json] = {
    "Error": {
        "type": "object",
        "description": "What every error looks like.",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "description": "What went wrong.",
                "required": ["code", "message", "request_id"],
                "properties": {
                    "code": _CODE,
                    "message": _sentence("For people; it may change.", "Validation failed"),
                    "details": _DETAILS,
                    "request_id": _REQUEST_ID,
                },
            }
        },
    },
    "Problem": {
        "type": "object",
        "description": "The same as RFC 9457 has it, for clients that accept that.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": _sentence("Always this: `code` tells more.", "about:blank"),
            "title": _sentence("The name of the status.", "Unprocessable Content"),
            "status": {"type": "integer", "description": "The status.", "examples": [422]},
            "detail": _sentence("For people; it may change.", "Validation failed"),
            "instance": _sentence("The path that was asked.", "/api/v1/interactions"),
            "code": _CODE,
            "details": _DETAILS,
            "request_id": _REQUEST_ID,
        },
    },
}


def errors_of(operation: Json, *, path: str, method: str) -> list[type[AppError]]:
    """The errors that an operation can answer with, by the rules that all of them follow."""
    found: list[type[AppError]] = [errors.BadRequest, errors.ServerError, errors.Unavailable]
    if path.startswith(VERSION_1):
        found.append(errors.RateLimited)
        # Whoever logs in is not let in yet, but may be refused like one who is not.
        found += [errors.Unauthorized, errors.Forbidden]
    if path.startswith(f"{VERSION_1}auth/") and "requestBody" in operation:
        found.append(errors.Locked)
    if "{" in path or "/oidc/" in path:
        found.append(errors.NotFound)
    if method in {"post", "put", "patch", "delete"}:
        found += [errors.Conflict, errors.PayloadTooLarge, errors.UnsupportedMediaType]
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "if-match" in names:
        found.append(errors.PreconditionFailed)
    if "if-match" in names and method in {"put", "patch"}:
        found.append(errors.PreconditionRequired)
    if path.endswith("/download"):
        found += [errors.Conflict, errors.RangeNotSatisfiable]
    if "requestBody" in operation or "idempotency-key" in names:
        found.append(errors.ValidationFailed)
    return found


def answer_of(error: type[AppError]) -> Json:
    """The answer that an error becomes."""
    sentence = (error.__doc__ or error.message).splitlines()[0]
    codes = ", ".join(f"`{code}`" for code in dict.fromkeys(_codes_of(error)))
    return {
        "description": f"{sentence} Code: {codes}.",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    }


def _codes_of(error: type[AppError]) -> list[str]:
    special = [one for one in error.__subclasses__() if one.__module__ == errors.__name__]
    return [error.code, *(code for one in special for code in _codes_of(one))]

"""From pydantic's list of errors to one answer that names every field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from app.core.errors import AppError, BadRequest, ValidationFailed
from app.core.http.answers import safe_name
from app.core.http.body_schema import BodySchema, label_of, schema_of
from app.core.http.messages import Field, describe
from app.core.http.suggestions import unknown_name

MAX_DETAILS = 100
"""A list of a hundred thousand wrong entries does not need as many sentences."""

Errors = Iterable[Mapping[str, Any]]


def validation_answer(errors: Sequence[Mapping[str, Any]], schema: BodySchema | None) -> AppError:
    """The answer to errors of one request: parameters first, since they are checked first."""
    if parameters := parameter_details(errors):
        return bad_parameters(parameters)
    if any(error["type"] == "json_invalid" for error in errors):
        return BadRequest("The body is not valid JSON")
    return ValidationFailed(details=_body_details(errors[:MAX_DETAILS], schema))


def model_refusal(model: type[BaseModel], error: ValidationError) -> ValidationFailed:
    """The answer to what did not fit a model that was filled by code rather than by FastAPI."""
    errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
    return ValidationFailed(details=_body_details(errors[:MAX_DETAILS], schema_of(model)))


def bad_parameters(details: Mapping[str, str]) -> BadRequest:
    """The answer to parameters in path, query or header that cannot be used."""
    return BadRequest("Some parameters are not valid", details=dict(details))


def parameter_details(errors: Errors) -> dict[str, str]:
    """A sentence for each parameter outside the body that failed, by its name."""
    details: dict[str, str] = {}
    for error in errors:
        place, *location = error["loc"]
        if place != "body" and location:
            name = safe_name(location[0])
            details.setdefault(name, describe(error, Field(label_of(name))))
    return details


def _body_details(errors: Errors, schema: BodySchema | None) -> dict[str, object]:
    details: dict[str, object] = {}
    for error in errors:
        location = error["loc"][1:]
        key = ".".join(safe_name(part) for part in location) or "body"
        details.setdefault(key, _body_sentence(error, location, schema))
    return details


def _body_sentence(
    error: Mapping[str, Any], location: Sequence[str | int], schema: BodySchema | None
) -> str:
    if schema is None:
        return describe(error, Field(label_of(safe_name(location[-1] if location else "body"))))
    if error["type"] == "extra_forbidden":
        return unknown_name("field", str(location[-1]), schema.names(location[:-1]))
    field = Field(
        label=safe_name(schema.label(location)),
        min_length=schema.bound(location, "minLength"),
        max_length=schema.bound(location, "maxLength"),
    )
    return describe(error, field)

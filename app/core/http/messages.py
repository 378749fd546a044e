"""What pydantic found wrong, in words for the person who fills in the form.

No message repeats what was sent: it may be a secret, and whoever sent it has it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

_OBJECT = "{label} must be an object"
_LIST = "{label} must be a list"
_WHOLE_NUMBER = "{label} must be a whole number"
_NUMBER = "{label} must be a number"
_BOOLEAN = "{label} must be true or false"
_DATE = "{label} must be a date such as 2026-06-12"
_DATETIME = "{label} must be a date and time such as 2026-06-12T14:00:00Z"
_TIME = "{label} must be a time such as 14:00:00"

_SENTENCES = {
    "missing": "{label} is required",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": "{label} must have at least {min_length} entries",
    "too_long": "{label} must have at most {max_length} entries",
    "string_type": "{label} must be text",
    "string_unicode": "{label} has characters that are not valid Unicode",
    "string_pattern_mismatch": "{label} does not have the expected form",
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": "{label} is out of range",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "{label} must be greater than {gt}",
    "greater_than_equal": "{label} must be at least {ge}",
    "less_than": "{label} must be less than {lt}",
    "less_than_equal": "{label} must be at most {le}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _DATETIME,
    "datetime_parsing": _DATETIME,
    "datetime_object_invalid": _DATETIME,
    "datetime_from_date_parsing": _DATETIME,
    "timezone_aware": "{label} must have an offset, such as Z or +02:00",
    "timezone_naive": "{label} must not have an offset",
    "time_type": _TIME,
    "time_parsing": _TIME,
    "uuid_parsing": "{label} must be a UUID",
}
_PYDANTICS_OWN = frozenset(get_args(ErrorType))


@dataclass(frozen=True)
class Field:
    """What is known of a field that failed."""

    label: str
    min_length: int | None = None
    max_length: int | None = None


def describe(error: Mapping[str, Any], field: Field) -> str:
    """Say in one sentence what is wrong with a field."""
    kind, context = error["type"], error.get("ctx", {})
    if _is_absent(error):
        kind = "missing"
    if write := _WRITERS.get(kind):
        return write(error, field)
    if kind in _PYDANTICS_OWN:
        sentence = _SENTENCES.get(kind, "{label} is not valid")
        return sentence.format(label=field.label, **context)
    # An error type of our own brings its own sentence.
    return str(error["msg"]).replace("{label}", field.label)


def _is_absent(error: Mapping[str, Any]) -> bool:
    """Whether null or blank text stands where something is required: as good as missing."""
    if error["type"] == "string_too_short":
        return isinstance(error["input"], str) and not error["input"].strip()
    return error.get("input") is None and error["type"].endswith("_type")


def _length(error: Mapping[str, Any], field: Field) -> str:
    context = {"min_length": field.min_length, "max_length": field.max_length} | error["ctx"]
    shortest, longest = context["min_length"], context["max_length"]
    if shortest is not None and longest is not None:
        return f"{field.label} must be between {shortest} and {longest} characters"
    if longest is not None:
        return f"{field.label} must be at most {longest} characters"
    return f"{field.label} must be at least {shortest} characters"


def _choice(error: Mapping[str, Any], field: Field) -> str:
    # pydantic lists them as "'a', 'b' or 'c'"
    allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    return f"{field.label} must be one of {', '.join(allowed)}"


def _own_sentence(error: Mapping[str, Any], field: Field) -> str:
    """What one of our validators raised; what pydantic's e-mail check raised quotes its input."""
    context = error.get("ctx", {})
    if isinstance(context.get("error"), Exception):
        return str(context["error"])
    is_email = "email" in error["msg"]
    return f"{field.label} is not a valid {'e-mail address' if is_email else 'value'}"


_WRITERS: dict[str, Callable[[Mapping[str, Any], Field], str]] = {
    "string_too_short": _length,
    "string_too_long": _length,
    "enum": _choice,
    "literal_error": _choice,
    "value_error": _own_sentence,
    "assertion_error": _own_sentence,
}

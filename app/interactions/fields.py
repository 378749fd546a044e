"""The fields of an interaction: what each takes, stated once."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.core.text import Line, Text, blank_as_none
from app.core.vocabulary import InteractionType

_DATETIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)


def read_datetime(value: object) -> object:
    """An instant (with an offset) or a wall time (without), of RFC 3339's form.

    Raises:
        PydanticCustomError: It is neither.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        if not value.strip():
            raise PydanticCustomError("missing", "Field required")
        if _DATETIME.fullmatch(value):
            try:
                return datetime.fromisoformat(value.upper())
            except ValueError:
                pass
    raise PydanticCustomError(
        "datetime_form", "must be a date and time such as 2026-06-12T14:00:00Z"
    )


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Type = Annotated[InteractionType, BeforeValidator(_upper)]
Title = Annotated[Line, Field(min_length=5, max_length=100)]
Lead = Annotated[Line, Field(min_length=1, max_length=100)]
Description = Annotated[Text, Field(min_length=1, max_length=20_000)]
Moment = Annotated[datetime, BeforeValidator(read_datetime)]

# The validator written last runs first: clean, then take blank as none.
OptionalLocation = Annotated[
    Annotated[str, Field(max_length=200)] | None, BeforeValidator(blank_as_none), Line
]

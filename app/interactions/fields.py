"""The fields of an interaction: what each takes, stated once."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.core.fields import ZoneName
from app.core.moments import parse_datetime
from app.core.text import blank_as_none, clean_line, clean_text
from app.core.vocabulary import InteractionType


def read_datetime(value: object) -> datetime:
    """An instant (with an offset) or a wall time (without), of RFC 3339's form.

    Raises:
        PydanticCustomError: It is neither.
    """
    if isinstance(value, datetime):
        return value
    moment = parse_datetime(value) if isinstance(value, str) else None
    if moment is not None:
        return moment
    raise PydanticCustomError(
        "datetime_form", "{label} must be a date and time such as 2026-06-12T14:00:00Z"
    )


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _not_blank(value: object) -> object:
    """One word or time, trimmed; none at all is missing rather than wrong."""
    word = clean_line(value)
    if word is None or word == "":
        raise PydanticCustomError("missing", "{label} is required")
    return word


# Of several validators that run before, the last one written runs first.
_line = BeforeValidator(clean_line)
_text = BeforeValidator(clean_text)
_optional = BeforeValidator(blank_as_none)
_required = BeforeValidator(_not_blank)

Type = Annotated[InteractionType, BeforeValidator(_upper), _required, Field(examples=["MEETING"])]
Title = Annotated[str, Field(min_length=5, max_length=100), _line]
Lead = Annotated[str, Field(min_length=1, max_length=100), _line]
Zone = Annotated[ZoneName, _required, Field(title="Time zone")]
_moment = BeforeValidator(read_datetime)
_MOMENT = "An instant; without an offset it is wall time in `timezone`."
Start = Annotated[datetime, _moment, _required, Field(title="Start date", description=_MOMENT)]
End = Annotated[datetime, _moment, _required, Field(title="End date", description=_MOMENT)]
Location = Annotated[Annotated[str, Field(max_length=200)] | None, _optional, _line]
Description = Annotated[str, Field(min_length=1, max_length=20_000), _text]
Notes = Annotated[Annotated[str, Field(max_length=20_000)] | None, _optional, _text]
ExternalId = Annotated[Annotated[str, Field(max_length=200)] | None, _optional, _line]

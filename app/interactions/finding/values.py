"""The values that a condition may compare a field with, and what they come to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.core.durations import check_duration, shift
from app.core.fields import ZoneName
from app.core.moments import first_instant, last_instant
from app.core.text import clean_text
from app.core.vocabulary import InteractionType

MAX_VALUES = 100
MAX_TEXT = 200

_ZONE: TypeAdapter[str] = TypeAdapter(ZoneName)

_EQUALITY = ("eq", "neq", "in", "nin")
_TEXT = (*_EQUALITY, "contains", "starts_with")
_ORDER = ("lt", "lte", "gt", "gte", "between")
_MOMENT = ("eq", "neq", *_ORDER)

OPS: dict[str, tuple[str, ...]] = {
    "title": _TEXT,
    "lead": _TEXT,
    "location": (*_TEXT, "is_null"),
    "description": _TEXT,
    "notes": (*_TEXT, "is_null"),
    "type": _EQUALITY,
    "timezone": _EQUALITY,
    "external_id": (*_EQUALITY, "is_null"),
    "site_id": _EQUALITY,
    "created_by": _EQUALITY,
    "duration_minutes": (*_EQUALITY, *_ORDER),
    "start_datetime": _MOMENT,
    "end_datetime": _MOMENT,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
"""What each field can be compared by."""

MOMENTS = frozenset({"start_datetime", "end_datetime", "created_at", "updated_at"})


def check_value(field: str, op: str, value: Any) -> Any:
    """The value of a comparison, cleaned as the stored values were.

    Raises:
        PydanticCustomError: The field cannot be compared with it.
    """
    if op == "is_null":
        if value is not None and not isinstance(value, bool):
            raise PydanticCustomError("bool_type", "{label} must be true or false")
        return value is not False
    if op == "between" and field in MOMENTS and isinstance(value, dict):
        return _moment(value)
    check: Callable[[Any], Any] = _CHECKS.get(field, _text)
    if op in ("in", "nin", "between"):
        most = 2 if op == "between" else MAX_VALUES
        least = 2 if op == "between" else 1
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise PydanticCustomError(
                "values",
                "{label} must be a list of {number}",
                {"number": "two" if op == "between" else f"1 to {MAX_VALUES} values"},
            )
        return [check(part) for part in value]
    return check(value)


def _text(value: Any) -> str:
    text = clean_text(value)
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_TEXT:
        raise PydanticCustomError(
            "text_value", "{label} must be text of 1 to {most} characters", {"most": MAX_TEXT}
        )
    return text


def _zone(value: Any) -> str:
    try:
        return _ZONE.validate_python(value)
    except ValidationError:
        raise PydanticCustomError(
            "unknown_zone", "{label} must be an IANA time zone, such as Europe/Paris"
        ) from None


def _type(value: Any) -> str:
    name = value.strip().upper() if isinstance(value, str) else ""
    if name not in set(InteractionType):
        raise PydanticCustomError(
            "type_value", "{label} must be one of {known}", {"known": ", ".join(InteractionType)}
        )
    return name


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 10**9:
        raise PydanticCustomError("number_value", "{label} must be a whole number of minutes")
    return value


def _id(value: Any) -> int:
    if type(value) is not int or not 1 <= value < 2**31:
        raise PydanticCustomError("id_value", "{label} must be an id")
    return value


def _moment(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) != 1 or not value.keys() <= {"last", "next"}:
            raise PydanticCustomError("relative", '{label} must be such as {"last": "P7D"}')
        ((direction, duration),) = value.items()
        return {direction: check_duration(duration if isinstance(duration, str) else "")}
    if not isinstance(value, str):
        raise PydanticCustomError("moment_form", "{label} must be a date, or a date and time")
    first_instant(value, "UTC")  # whether it can be read does not depend on the zone
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "type": _type,
    "timezone": _zone,
    "site_id": _id,
    "created_by": _id,
    "duration_minutes": _number,
    **dict.fromkeys(MOMENTS, _moment),
}


class Moments:
    """What moments of a tree come to, at one time and in one zone."""

    def __init__(self, now: datetime, zone: str) -> None:
        self._now = now
        self._zone = zone

    def first(self, value: Any) -> datetime:
        """The instant that a checked value begins at."""
        return (
            self._relative(value) if isinstance(value, dict) else first_instant(value, self._zone)
        )

    def last(self, value: Any) -> datetime:
        """The last instant that a checked value includes."""
        if isinstance(value, dict):
            return self._relative(value)
        return last_instant(value, self._zone)

    def period(self, value: Any) -> tuple[datetime, datetime]:
        """The first and the last instant of `between`."""
        if not isinstance(value, dict):
            return self.first(value[0]), self.last(value[1])
        start, end = sorted((self._relative(value), self._now))
        return start, end

    def _relative(self, value: dict[str, str]) -> datetime:
        ((direction, duration),) = value.items()
        sign = -1 if direction == "last" else 1
        return shift(self._now, duration, zone=self._zone, sign=sign)

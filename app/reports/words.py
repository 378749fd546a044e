"""A filter in words, as a report prints it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.core.moments import parse_datetime
from app.core.vocabulary import InteractionType
from app.interactions.finding.schemas import Condition, Query

_FIELDS = {
    "title": "title",
    "lead": "lead",
    "location": "location",
    "description": "description",
    "notes": "notes",
    "type": "type",
    "timezone": "time zone",
    "external_id": "external id",
    "site_id": "site",
    "created_by": "creator",
    "duration_minutes": "minutes",
    "start_datetime": "start",
    "end_datetime": "end",
    "created_at": "creation",
    "updated_at": "last change",
}
_OPS = {
    "eq": "is",
    "neq": "is not",
    "in": "is one of",
    "nin": "is none of",
    "contains": "contains",
    "starts_with": "starts with",
    "between": "is between",
    "lt": "is less than",
    "lte": "is at most",
    "gt": "is more than",
    "gte": "is at least",
}
_OPS_OF_TIME = _OPS | {
    "eq": "is on",
    "neq": "is not on",
    "lt": "is before",
    "lte": "is no later than",
    "gt": "is after",
    "gte": "is no earlier than",
}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_UNITS_OF_CLOCK = {"H": "hour", "M": "minute", "S": "second"}


def day_text(day: date) -> str:
    """A date as it is printed: 3 Jun 2026."""
    return f"{day.day} {day:%b %Y}"


def moment_text(moment: datetime) -> str:
    """A date and time as it is printed: 3 Jun 2026, 14:05."""
    return f"{day_text(moment)}, {moment:%H:%M}"


def offset_text(moment: datetime) -> str:
    """How far the clocks of a moment are from UTC: UTC+02:00, or UTC itself."""
    offset = moment.isoformat()[-6:]
    return "UTC" if offset in ("+00:00", "-00:00") else f"UTC{offset}"


def filter_in_words(query: Query, site_names: Mapping[int, str]) -> list[str]:
    """What has to hold of an interaction, one sentence for each of the conditions.

    Args:
        query: The filter.
        site_names: What its sites are called.
    """
    found = [f"Any text contains {query.q}"] if query.q else []
    if query.where is not None:
        found += [_words(part, site_names) for part in query.where.every or [query.where]]
    return [text[:1].upper() + text[1:] for text in found]


def _words(condition: Condition, names: Mapping[int, str]) -> str:
    if condition.every or condition.some:
        parts = condition.every or condition.some or []
        joint = " and " if condition.every else " or "
        return joint.join(_part(part, names) for part in parts)
    if condition.negated:
        return f"not: {_part(condition.negated, names)}"
    return _comparison(condition, names)


def _part(condition: Condition, names: Mapping[int, str]) -> str:
    """A condition within another one: in brackets if it has parts itself."""
    words = _words(condition, names)
    return words if condition.field else f"({words})"


def _comparison(condition: Condition, names: Mapping[int, str]) -> str:
    field, op, value = str(condition.field), str(condition.op), condition.value
    name = _FIELDS[field]
    if op == "is_null":
        return f"{name} is {'not ' if value is False else ''}empty"
    is_time = field.endswith(("_datetime", "_at"))
    verb = (_OPS_OF_TIME if is_time else _OPS)[op]
    if op == "between":
        if isinstance(value, dict):
            return f"{name} is in {_relative(value, is_span=True)}"
        first, last = (_value(field, part, names) for part in value)
        return f"{name} {verb} {first} and {last}"
    values = value if isinstance(value, list) else [value]
    return f"{name} {verb} {', '.join(_value(field, part, names) for part in values)}"


def _value(field: str, value: Any, names: Mapping[int, str]) -> str:
    if isinstance(value, dict):
        return _relative(value, is_span=False)
    if field == "site_id":
        return names.get(value, f"number {value}")
    if field == "created_by":
        return f"user {value}"
    if field == "type":
        return InteractionType(value).label
    if field.endswith(("_datetime", "_at")):
        return _moment(str(value))
    return str(value) if isinstance(value, int) else f"“{value}”"


def _moment(text: str) -> str:
    moment = parse_datetime(text)
    if moment is None:
        return day_text(date.fromisoformat(text))
    zone = f" {offset_text(moment)}" if moment.tzinfo else ""
    return moment_text(moment) + zone


def _relative(value: Mapping[str, str], *, is_span: bool) -> str:
    ((direction, duration),) = value.items()
    length = _length(duration)
    if is_span:
        return f"the {direction} {length}"
    return f"{length} {'ago' if direction == 'last' else 'from now'}"


def _length(duration: str) -> str:
    """A duration such as P1Y2M or PT12H: 1 year 2 months, 12 hours."""
    days, _, clock = duration.removeprefix("P").partition("T")
    parts = [
        f"{int(number)} {units[unit]}{'' if int(number) == 1 else 's'}"
        for text, units in ((days, _UNITS), (clock, _UNITS_OF_CLOCK))
        for number, unit in re.findall(r"(\d+)([A-Z])", text)
    ]
    return " ".join(parts)

"""Erasing a name from what is kept as JSON: from texts of people, and not from words of ours."""

from typing import Any

from app.interactions.finding.expressions import TEXTS
from app.privacy.pattern import Pattern

_OURS = frozenset(
    {
        # of searches and reports
        "field",
        "op",
        "sort",
        "tz",
        "kind",
        "format",
        "operation_id",
        # of imports
        "date_format",
        "time",
        "duplicates",
        "window",
        "encoding",
        "delimiter",
        "missing",
        "match",
        "decision",
    }
)
"""Keys whose values say how something is done: with another word there it cannot be read."""

_TEXT_FIELDS = frozenset({*TEXTS, "external_id"})

_SHORT = 100
"""Characters that every text may have."""


def redacted_json(value: Any, pattern: Pattern) -> Any:
    """A value as JSON has it without the names in its texts; keys are kept, and words of ours."""
    if isinstance(value, str):
        return redacted_text(value, pattern)
    if isinstance(value, list):
        return [redacted_json(one, pattern) for one in value]
    if isinstance(value, dict):
        kept = _ours(value)
        return {
            key: one if key in kept else redacted_json(one, pattern) for key, one in value.items()
        }
    return value


def redacted_text(value: str, pattern: Pattern) -> str:
    """A text without the names, cut where what stands for them would make it too long."""
    return pattern.redacted(value)[: max(len(value), _SHORT)]


def _ours(content: dict[str, Any]) -> frozenset[str]:
    """Of a comparison with another field than a text, the value is ours too."""
    is_other = content.get("field", "title") not in _TEXT_FIELDS
    return _OURS | {"value"} if is_other else _OURS

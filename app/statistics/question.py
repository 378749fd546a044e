"""What is to be counted, and by what."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, get_args

from app.core.http.suggestions import unknown_name
from app.interactions.filters import InteractionFilters

GroupField = Literal["type", "month", "site", "lead"]


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last instant to start at, both included; None is open."""

    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asks for.

    Attributes:
        filters: Which interactions.
        period: When they start; the dates among the filters are part of it.
        by: What those that are counted together have in common.
    """

    filters: InteractionFilters
    period: Period
    by: tuple[GroupField, ...]

    def key(self) -> tuple[object, ...]:
        """All that the answer depends on besides what there is."""
        filters = {name: value for name, value in asdict(self.filters).items() if name != "sort"}
        return (filters, self.period, self.by)


def parse_by(text: str | None) -> tuple[GroupField, ...]:
    """The fields to count by, in order.

    Raises:
        ValueError: One is unknown, or named twice.
    """
    known = {str(field): field for field in get_args(GroupField)}
    found: list[GroupField] = []
    for name in filter(None, (part.strip() for part in (text or "").split(","))):
        if name not in known:
            raise ValueError(unknown_name("field", name, known))
        if known[name] in found:
            raise ValueError(f"{name} is named twice")
        found.append(known[name])
    return tuple(found)

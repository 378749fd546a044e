"""What interactions can be sorted by."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.core.http.suggestions import unknown_name

SortField = Literal[
    "start_datetime",
    "end_datetime",
    "created_at",
    "updated_at",
    "title",
    "type",
    "lead",
    "location",
    "site_id",
]

FIELDS: tuple[str, ...] = get_args(SortField)

DELETED_AT = "deleted_at"
FIELDS_OF_TRASH = (*FIELDS, DELETED_AT)
"""What the trash can be sorted by."""

RELEVANCE = "relevance"
"""The order of a search by how well its words are met; stands alone."""


@dataclass(frozen=True, slots=True)
class SortTerm:
    """One field to sort by."""

    field: str
    descending: bool


def parse_sort(text: str, known: tuple[str, ...] = FIELDS) -> list[SortTerm]:
    """The fields to sort by, in order.

    Args:
        text: Their names, separated by commas.
        known: The names that there are.

    Raises:
        ValueError: One is unknown, or named twice.
    """
    if text.strip() == RELEVANCE:
        by_time = SortTerm("start_datetime", descending=True)
        return [SortTerm(RELEVANCE, descending=True), by_time]
    terms: list[SortTerm] = []
    for part in (part.strip() for part in text.split(",")):
        name = part.removeprefix("-")
        if name not in known:
            raise ValueError(unknown_name("sort field", name, known))
        if any(term.field == name for term in terms):
            raise ValueError(f"{name} is named twice")
        terms.append(SortTerm(name, descending=part.startswith("-")))
    return terms

"""How the total of a page is found out."""

from enum import StrEnum


class Counting(StrEnum):
    """How the total is found out."""

    CAPPED = "capped"
    EXACT = "exact"
    NONE = "none"

"""What is done with rows that seem to be there already; pure functions."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

MIN_WORDS_SHARED = 0.6
MIN_LETTERS_SHARED = 0.85


class Decision(StrEnum):
    """What is done with a row that is there already."""

    SKIP = "skip"
    UPDATE = "update"
    CREATE = "create"


class Match(StrEnum):
    """How a row is known to be there already."""

    EXTERNAL_ID = "external_id"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Policy:
    """The decisions of whoever imports.

    Attributes:
        of: For each way of being there already.
        rows: For single rows, by number; they go before the others.
    """

    of: Mapping[Match, Decision]
    rows: Mapping[str, Decision] = field(default_factory=dict)

    def decide(self, match: Match, row_number: str) -> Decision:
        """What is done with a row."""
        return self.rows.get(row_number) or self.of[match]


def folded(title: str) -> str:
    """What of a title counts when titles are compared."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def is_similar(one: str, other: str) -> bool:
    """Whether two folded titles may well mean the same."""
    if one == other:
        return True
    words, others = set(one.split()), set(other.split())
    if len(words & others) >= MIN_WORDS_SHARED * max(len(words), len(others), 1):
        return True
    letters = SequenceMatcher(None, one, other, autojunk=False)
    return (
        letters.real_quick_ratio() >= MIN_LETTERS_SHARED
        and letters.quick_ratio() >= MIN_LETTERS_SHARED
        and letters.ratio() >= MIN_LETTERS_SHARED
    )

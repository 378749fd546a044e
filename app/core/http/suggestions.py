"""The nearest known name, for answers to a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, and which one was probably meant."""
    # Comparing is quadratic in the length, and nothing long is a slip of the pen.
    nearest = get_close_matches(name.lower()[:64], sorted(known), n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"Unknown {kind}{hint}"

"""How much a file may hold."""

from dataclasses import dataclass

MAX_COLUMNS = 500
MAX_LINE = 2**20
"""Characters of one line, and bytes of one thing in it."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What an installation takes.

    Attributes:
        max_bytes: As it was sent.
        max_rows: Without the header; of a calendar, its events once repeated ones are spread out.
    """

    max_bytes: int = 100 * 2**20
    max_rows: int = 1_000_000

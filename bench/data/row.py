"""One row to be loaded, and how COPY takes it."""

from datetime import datetime
from typing import NamedTuple


class Row(NamedTuple):
    """An interaction, in the order of the columns that are loaded."""

    id: int
    site_id: int
    title: str
    type: str
    lead: str
    start_datetime: datetime
    end_datetime: datetime
    timezone: str
    location: str | None
    description: str
    notes: str | None
    external_id: str | None
    created_by: int
    updated_by: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    def as_copied(self) -> str:
        """The line of COPY's text format."""
        return "\t".join(map(_field, self)) + "\n"


COLUMNS = Row._fields
_SPECIAL = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _field(value: str | int | datetime | None) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_SPECIAL)
    return str(value)  # a datetime's offset is part of its text

"""What is told of an import: how its file was read, and what became of the rows."""

from typing import Any

from pydantic import BaseModel, Field

from app.core.vocabulary import FileKind
from app.imports.policy import Decision, Match
from app.imports.schemas import ImportMapping


class RowError(BaseModel):
    """A row that is refused."""

    row: str
    errors: dict[str, str] = Field(description="The reason by field; `row` for the row itself.")


class DuplicateRow(BaseModel):
    """A row that is there already."""

    row: str
    match: Match
    site_id: int
    interaction_id: int
    decision: Decision


class Counts(BaseModel):
    """What becomes, or became, of the rows."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0


class Reason(BaseModel):
    """Why rows are refused, and how many."""

    field: str
    reason: str
    count: int


class Outcome(BaseModel):
    """What an import would do (`check`), or has done (`result`)."""

    counts: Counts
    errors: list[RowError] = Field(description="The first hundred.")
    reasons: list[Reason] = Field(description="The most frequent ones.")
    duplicates: list[DuplicateRow] = Field(description="The first hundred.")
    duplicates_total: int


class FileReading(BaseModel):
    """How the file was read."""

    kind: FileKind
    columns: list[str]
    details: dict[str, Any] = Field(description="Encoding, delimiter, sheet or window.")
    mapping: ImportMapping = Field(description="As it was given, or guessed.")
    is_guessed: bool
    notes: list[str]
    missing: list[str] = Field(
        description="Fields that have to be mapped before anything can be imported."
    )

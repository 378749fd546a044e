"""An operation as it is read, and what came of taking it back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.vocabulary import JobStatus, OperationKind

MAX_SHOWN = 100


class ConflictReason(StrEnum):
    """Why something is left as it is."""

    CHANGED = "changed_since"
    GONE = "gone"
    TAKEN = "external_id_taken"
    FORBIDDEN = "forbidden"


class UndoConflict(BaseModel):
    """An interaction that was left as it is."""

    site_id: int
    interaction_id: int
    reason: ConflictReason


class UndoOutcome(BaseModel):
    """What taking an operation back has done."""

    removed: int = Field(default=0, description="Interactions that it had made: now in the trash.")
    restored: int = Field(
        default=0, description="Those that it had changed or deleted: now as before."
    )
    conflicts_total: int = 0
    conflicts: list[UndoConflict] = Field(default=[], description="The first hundred.")
    site_ids: list[int] = Field(default=[], description="The sites where it was taken back.")

    @property
    def total(self) -> int:
        """How many interactions have been looked at."""
        return self.removed + self.restored + self.conflicts_total

    def plus(self, other: "UndoOutcome") -> "UndoOutcome":
        """What this and another have done together, each at its own sites."""
        return UndoOutcome(
            removed=self.removed + other.removed,
            restored=self.restored + other.restored,
            conflicts_total=self.conflicts_total + other.conflicts_total,
            conflicts=[*self.conflicts, *other.conflicts][:MAX_SHOWN],
            site_ids=sorted({*self.site_ids, *other.site_ids}),
        )


class Undo(BaseModel):
    """How far taking an operation back is."""

    status: JobStatus
    job_id: int | None
    progress: int = Field(description="In percent.")
    asked_at: datetime
    undone_at: datetime | None
    outcome: UndoOutcome | None


class OperationRead(BaseModel):
    """An operation: changes of many interactions that can be taken back together."""

    id: UUID
    kind: OperationKind
    created_at: datetime
    undo: Undo | None

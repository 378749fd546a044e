"""What becomes of the rows of an import, counted while they go by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.imports.chunks import Chunk
from app.imports.comparing import Comparison, Duplicate
from app.imports.outcomes import Counts, DuplicateRow, Outcome, Reason, RowError
from app.imports.reading import Refusal

MAX_REASONS = 20
MAX_SHOWN = 100
"""How many errors, and how many duplicates, are told one by one."""
MAX_KINDS = 1_000
"""How many different reasons are counted; some of them name what is in the row."""

OF_ROW = "row"
"""Stands for the row itself where others name a field."""


@dataclass(slots=True)
class Tally:
    """The counts of one import; they grow while it runs.

    What was compared is counted apart from what was refused: of rows that are written already,
    only the refusals are found again.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    duplicates: list[DuplicateRow] = field(default_factory=list)
    duplicates_total: int = 0

    def count(self, compared: Iterable[Comparison]) -> None:
        """Count what comparing rows has come to."""
        for found in compared:
            self.created += len(found.new)
            self.updated += len(found.changed)
            self.unchanged += found.unchanged
            self.skipped += found.skipped
            self._take_duplicates(found.duplicates)

    def take_refused(self, chunk: Chunk, compared: Iterable[Comparison]) -> list[Refusal]:
        """Count the refusals of a chunk; they are answered in the order of the file."""
        self.read = chunk.end
        refused = [*chunk.refused, *(one for found in compared for one in found.refused)]
        refused.sort(key=lambda refusal: refusal.row.place)
        for refusal in refused:
            self._count_refusal(refusal)
        return refused

    def outcome(self) -> Outcome:
        """What is told of it."""
        return Outcome(
            counts=Counts(
                read=self.read,
                created=self.created,
                updated=self.updated,
                unchanged=self.unchanged,
                skipped=self.skipped,
                refused=self.refused,
            ),
            errors=self.errors,
            reasons=[
                Reason(field=name or OF_ROW, reason=reason, count=count)
                for (name, reason), count in self.reasons.most_common(MAX_REASONS)
            ],
            duplicates=self.duplicates,
            duplicates_total=self.duplicates_total,
        )

    def go_on(self, before: Outcome) -> None:
        """Begin with what an attempt before had compared; refusals are counted anew."""
        counts = before.counts
        self.created, self.updated = counts.created, counts.updated
        self.unchanged, self.skipped = counts.unchanged, counts.skipped
        self.duplicates, self.duplicates_total = before.duplicates, before.duplicates_total

    def _count_refusal(self, refusal: Refusal) -> None:
        self.refused += 1
        for reason in refusal.reasons.items():
            if reason in self.reasons or len(self.reasons) < MAX_KINDS:
                self.reasons[reason] += 1
        if len(self.errors) < MAX_SHOWN:
            errors = {name or OF_ROW: reason for name, reason in refusal.reasons.items()}
            self.errors.append(RowError(row=refusal.row.number, errors=errors))

    def _take_duplicates(self, duplicates: list[Duplicate]) -> None:
        self.duplicates_total += len(duplicates)
        shown = duplicates[: MAX_SHOWN - len(self.duplicates)]
        self.duplicates += [DuplicateRow(**one._asdict()) for one in shown]

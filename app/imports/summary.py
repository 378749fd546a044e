"""What an import has done, in numbers and in words."""

import resource
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

MAX_REASONS = 20


@dataclass(slots=True)
class Summary:
    """The counts of one import; they grow while it runs."""

    operation_id: UUID
    is_dry_run: bool
    total: int = 0
    read: int = 0
    written: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    sites_made: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count_refusal(self, reasons: Mapping[str, str]) -> None:
        """Count a row that was refused, and each of its reasons."""
        self.refused += 1
        self.reasons.update(reasons.items())

    @property
    def counts(self) -> str:
        """What became of the rows."""
        return (
            f"{self.written:,} written, {self.updated:,} updated, "
            f"{self.unchanged:,} unchanged, {self.refused:,} refused"
        )


def summary_lines(summary: Summary, *, refused_path: Path, seconds: float) -> Iterator[str]:
    """The report at the end."""
    if summary.is_dry_run:
        yield "A dry run: nothing was written. This is what an import would do."
    yield f"{summary.read:,} rows read: {summary.counts}"
    if summary.sites_made:
        yield f"{summary.sites_made:,} sites made"
    for (name, reason), count in summary.reasons.most_common(MAX_REASONS):
        yield f"  {count:>7,}  {name or 'row'}: {reason}"
    if (more := len(summary.reasons) - MAX_REASONS) > 0:
        yield f"           and {more:,} other reasons"
    if summary.refused:
        yield f"The refused rows with their reasons: {refused_path}"
    if not summary.is_dry_run:
        yield f"Operation {summary.operation_id}"
    yield f"{seconds:.1f} s, at most {peak_megabytes():,.0f} MB of memory"


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    # In kilobytes, on macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

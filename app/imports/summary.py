"""What an import has done, in numbers and in words."""

import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from app.imports.tally import MAX_REASONS, Tally


@dataclass(slots=True)
class Summary:
    """One import by command, while it runs and at its end."""

    operation_id: UUID
    is_dry_run: bool
    total: int = 0
    sites_made: int = 0
    tally: Tally = field(default_factory=Tally)

    @property
    def counts(self) -> str:
        """What became of the rows."""
        tally = self.tally
        return (
            f"{tally.created:,} written, {tally.updated:,} updated, "
            f"{tally.unchanged:,} unchanged, {tally.refused:,} refused"
        )


def summary_lines(summary: Summary, *, refused_path: Path, seconds: float) -> Iterator[str]:
    """The report at the end."""
    if summary.is_dry_run:
        yield "A dry run: nothing was written. This is what an import would do."
    yield f"{summary.tally.read:,} rows read: {summary.counts}"
    if summary.sites_made:
        yield f"{summary.sites_made:,} sites made"
    for (name, reason), count in summary.tally.reasons.most_common(MAX_REASONS):
        yield f"  {count:>7,}  {name or 'row'}: {reason}"
    if (more := len(summary.tally.reasons) - MAX_REASONS) > 0:
        yield f"           and {more:,} other reasons"
    if summary.tally.refused:
        yield f"The refused rows with their reasons: {refused_path}"
    if not summary.is_dry_run:
        yield f"Operation {summary.operation_id}"
    yield f"{seconds:.1f} s, at most {peak_megabytes():,.0f} MB of memory"


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    # In kilobytes, on macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

"""Write an export of made-up rows, and print the peak of memory in MB that it took."""

import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.reports.rendering.ics.export import CalendarFile
from app.reports.rendering.xlsx.export import RowSheets
from app.reports.rendering.xlsx.workbook import new_workbook

START = datetime(2000, 1, 1, tzinfo=UTC)
BATCH = 1_000


def batches(rows: int) -> Iterator[list[dict[str, Any]]]:
    """So many rows, no two of which are the same."""
    for first in range(0, rows, BATCH):
        yield [_row(number) for number in range(first, first + BATCH)]


def _row(number: int) -> dict[str, Any]:
    start = START + timedelta(minutes=number)
    return {
        "id": number,
        "site_id": number % 30,
        "site": f"Site {number % 30}",
        "title": f"Kickoff number {number}",
        "type": "MEETING",
        "lead": f"Lead {number % 5_000}",
        "start_datetime": start,
        "end_datetime": start + timedelta(hours=1),
        "timezone": "Europe/Paris",
        "duration_minutes": 60,
        "location": f"Room {number % 700}",
        "description": f"What was said, and by whom: {number}. " * 12,
        "notes": None,
        "external_id": str(number),
        "version": 1,
        "created_by": 1,
        "created_at": start,
        "updated_by": 1,
        "updated_at": start,
    }


def write(format_: str, rows: int, path: Path) -> None:
    """Write them."""
    if format_ == "ics":
        with path.open("wb") as file:
            calendar = CalendarFile(file, title="Many", zone="UTC")
            for batch in batches(rows):
                calendar.write(batch)
            calendar.end()
    else:
        workbook = new_workbook(path, title="Many", made_at=START, streamed=True)
        sheets = RowSheets(workbook, "Europe/Paris")
        for batch in batches(rows):
            sheets.write(batch)
        sheets.end_sheet()
        workbook.close()


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    # In KiB, but on macOS, where it is in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit))

"""The report of an import."""

from pathlib import Path
from uuid import uuid4

from app.imports.chunks import Chunk
from app.imports.files.rows import Row
from app.imports.reading import Refusal
from app.imports.summary import Summary, peak_megabytes, summary_lines
from app.imports.tally import MAX_REASONS, Tally


def test_reasons_are_counted_and_the_most_frequent_are_told_first() -> None:
    row = Row(1, "1", [], {})
    refused = [
        *[Refusal(row, {"title": "Title is required", "lead": "Lead is required"})] * 2000,
        *(Refusal(row, {"": f"The row has fault {number}"}) for number in range(MAX_REASONS)),
        Refusal(row, {"title": "Title is required"}),
    ]
    summary = Summary(uuid4(), is_dry_run=False, tally=Tally(created=1))
    summary.tally.take_refused(Chunk(4001, refused=refused), [])

    lines = [*summary_lines(summary, refused_path=Path("refused.csv"), seconds=2.25)]

    assert lines[0] == "4,001 rows read: 1 written, 0 updated, 0 unchanged, 2,021 refused"
    assert lines[1].split(maxsplit=1) == ["2,001", "title: Title is required"]
    assert lines[2].split(maxsplit=1) == ["2,000", "lead: Lead is required"]
    assert lines[3].split(maxsplit=1) == ["1", "row: The row has fault 0"]
    assert lines[MAX_REASONS + 1].strip() == "and 2 other reasons"
    assert lines[-1].startswith("2.2 s, at most ")


def test_memory_is_told_in_megabytes() -> None:
    assert 10 < peak_megabytes() < 10_000

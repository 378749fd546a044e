"""The report of an import."""

from pathlib import Path
from uuid import uuid4

from app.imports.summary import MAX_REASONS, Summary, peak_megabytes, summary_lines


def test_reasons_are_counted_and_the_most_frequent_are_told_first() -> None:
    summary = Summary(uuid4(), is_dry_run=False, read=4001, written=1)
    for _ in range(2000):
        summary.count_refusal({"title": "Title is required", "lead": "Lead is required"})
    for number in range(MAX_REASONS):
        summary.count_refusal({"": f"The row has fault {number}"})
    summary.count_refusal({"title": "Title is required"})

    lines = [*summary_lines(summary, refused_path=Path("refused.csv"), seconds=2.25)]

    assert lines[0] == "4,001 rows read: 1 written, 0 updated, 0 unchanged, 2,021 refused"
    assert lines[1].split(maxsplit=1) == ["2,001", "title: Title is required"]
    assert lines[2].split(maxsplit=1) == ["2,000", "lead: Lead is required"]
    assert lines[3].split(maxsplit=1) == ["1", "row: The row has fault 0"]
    assert lines[MAX_REASONS + 1].strip() == "and 2 other reasons"
    assert lines[-1].startswith("2.2 s, at most ")


def test_memory_is_told_in_megabytes() -> None:
    assert 10 < peak_megabytes() < 10_000

"""What stands between the cells of a CSV file."""

import csv
from collections import Counter
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
LINES = 50


def told_delimiter(line: str) -> str | None:
    """What a first line such as `sep=;` says, which spreadsheets write."""
    word, _, sign = line.strip("\r\n").partition("=")
    return sign if word.lower() == "sep" and len(sign) == 1 else None


def detect_delimiter(lines: list[str]) -> str:
    """The sign that cuts most of the first lines into the same number of cells."""
    return max(DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: list[str], sign: str) -> tuple[float, int]:
    """How large a part of the lines has as many cells as the header, and how many those are."""
    reader = csv.reader(lines, delimiter=sign)
    try:
        widths = [len(cells) for cells in islice(filter(None, reader), LINES)]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    return (Counter(widths)[widths[0]] / len(widths), widths[0])

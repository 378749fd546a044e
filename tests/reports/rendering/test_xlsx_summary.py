"""The workbook of a summary, read back."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from app.reports.rendering.xlsx.summary import write_summary
from app.reports.summary.figures import Summary
from tests.reports.rendering.summaries import HOSTILE, front, sites, summary

SHEETS = ["Summary", "By month", "By type", "By site", "By lead", "By weekday"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "summary.xlsx"


def written(path: Path, told: Summary, title: str = "Activity of 2026") -> Workbook:
    """A summary, written and read."""
    write_summary(path, front(title, [line.name for line in told.sites]), told)
    return load_workbook(path)


def texts(book: Workbook, sheet: str) -> list[object]:
    return [cell.value for row in book[sheet].iter_rows() for cell in row if cell.value is not None]


def test_the_first_sheet_says_what_it_is_about(path: Path) -> None:
    found = texts(written(path, summary(sites(3))), "Summary")

    for text in (
        "Activity of 2026",
        "Type is one of Call, Meeting",
        "Europe/Paris",
        "Site 000, Site 001, Site 002",
        "28 Nov 2026, 19:00 (UTC+01:00)",
    ):
        assert text in found
    assert {6, 12, -0.5, 9.0, 90.0} <= {value for value in found if not isinstance(value, str)}


def test_each_table_is_there_with_its_chart(path: Path) -> None:
    told = summary(sites(3))

    book = written(path, told)

    assert book.sheetnames == SHEETS
    rows = list(book["By site"].iter_rows(min_row=2, max_col=4, values_only=True))
    assert [row[:2] for row in rows] == [(line.name, line.amount.count) for line in told.sites]
    assert [row[2] for row in rows] == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert [row[3] for row in rows] == [4.5, 3, 1.5]
    assert charts(path) == {
        "Interactions by month": 2,
        "Interactions by type": 1,
        "Interactions by site": 1,
        "Interactions by lead": 1,
        "Interactions by weekday": 1,
    }


def charts(path: Path) -> dict[str, int]:
    """How many charts there are of each title."""
    found = dict[str, int]()
    with ZipFile(path) as parts:
        for name in parts.namelist():
            if name.startswith("xl/charts/chart"):
                tree = fromstring(parts.read(name))
                title = "".join(part.text or "" for part in tree.iter() if part.tag.endswith("}t"))
                found[title] = found.get(title, 0) + 1
    return found


def test_hostile_texts_are_texts(path: Path) -> None:
    book = written(path, summary(HOSTILE), HOSTILE[0])

    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and not cell.hyperlink for cell in row)
    names = [row[0] for row in book["By site"].iter_rows(min_row=2, max_col=1, values_only=True)]
    assert names[0] == HOSTILE[0]
    assert HOSTILE[-1] in names


def test_a_chart_of_many_sites_shows_the_first(path: Path) -> None:
    book = written(path, summary(sites(200)))

    assert book["By site"].max_row == 201
    assert "Interactions by site, the first 40" in charts(path)
    assert "180 other leads" in texts(book, "By lead")


def test_nothing_at_all_is_a_report_too(path: Path) -> None:
    book = written(path, summary([]))

    assert book.sheetnames == SHEETS
    assert "Interactions by site" not in charts(path)

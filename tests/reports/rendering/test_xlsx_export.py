"""An export as a workbook, read back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.workbook.workbook import Workbook

from app.models import Site, User
from app.reports.exporting.columns import NAMES
from app.reports.kinds import ReportFormat, ReportKind
from app.reports.rendering.xlsx import export
from app.reports.rendering.xlsx.text import MOST_UNITS, cell_text
from tests.factories import Make
from tests.reports.rendering.conftest import Made, NotedProgress
from tests.reports.rendering.summaries import HOSTILE

START = datetime(2026, 6, 12, 22, 30, tzinfo=UTC)


@pytest.fixture
async def site(make: Make) -> Site:
    return await make.site(name=None)


@pytest.fixture
async def user(make: Make, site: Site) -> User:
    return await make.member(site)


async def exported(made: Made, user: User, *sites: Site, title: str = "A report") -> Workbook:
    """What there is at some sites, as a workbook that was read."""
    path: Path = await made(
        ReportKind.INTERACTION_EXPORT, ReportFormat.XLSX, user, *sites, title=title
    )
    return load_workbook(path)


def rows_of(book: Workbook, sheet: str = "Interactions") -> list[dict[str, object]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


async def test_a_row_is_an_interaction(make: Make, made: Made, site: Site, user: User) -> None:
    row = await make.interaction(
        site, user, start_datetime=START, end_datetime=START + timedelta(minutes=90), notes=None
    )

    book = await exported(made, user, site)

    (found,) = rows_of(book)
    assert tuple(found) == NAMES
    assert found["id"] == row.id
    assert found["site"] == site.name
    assert found["start_datetime"] == datetime(2026, 6, 13, 0, 30)  # noqa: DTZ001 - in Paris
    assert found["duration_minutes"] == 90
    assert found["notes"] is None


async def test_the_head_stays_in_view_and_rows_can_be_filtered(
    make: Make, made: Made, site: Site, user: User
) -> None:
    await make.interaction(site, user)

    sheet = (await exported(made, user, site))["Interactions"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(NAMES))}2"
    assert sheet.column_dimensions["D"].width > 40
    assert sheet["A1"].font.bold


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 20_000])
async def test_texts_are_texts_whatever_they_say(
    make: Make, made: Made, site: Site, user: User, text: str
) -> None:
    # What the API refuses may still be there, from before or by another way.
    await make.interaction(site, user, description=text, lead=text[:100])

    sheet = (await exported(made, user, site, title=text))["Interactions"]

    cells = [sheet.cell(2, NAMES.index(name) + 1) for name in ("description", "lead")]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert not any(cell.hyperlink for cell in cells)
    assert unescape(str(cells[0].value)) == cell_text(text)


async def test_more_rows_than_a_sheet_has_go_on_in_further_sheets(
    make: Make, made: Made, site: Site, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    ids = [(await make.interaction(site, user)).id for _ in range(5)]

    book = await exported(made, user, site)

    assert book.sheetnames == ["Interactions", "Interactions 2", "Interactions 3", "About"]
    found = [row["id"] for sheet in book.sheetnames[:3] for row in rows_of(book, sheet)]
    assert found == ids
    assert {book[sheet].freeze_panes for sheet in book.sheetnames[:3]} == {"A2"}


async def test_the_last_sheet_says_what_it_is_about(
    made: Made, site: Site, user: User, progress: NotedProgress
) -> None:
    book = await exported(made, user, site, title="=1+1")

    assert rows_of(book) == []
    about = {str(row[0]): row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["Time zone"] == "Europe/Paris"
    assert about["Sites (1)"] == site.name
    assert about["Made"] == "28 Nov 2026, 19:00 (UTC+01:00)"
    assert book["About"]["A1"].value == "=1+1"
    assert book["About"]["A1"].data_type == "s"
    assert (progress.expected, progress.rows) == (0, 0)


async def test_confidential_notes_and_other_sites_are_not_there(
    make: Make, made: Made, site: Site, user: User
) -> None:
    elsewhere = await make.site()
    await make.interaction(elsewhere, await make.member(elsewhere), title="Next door")
    await make.interaction(site, user, sealed_notes=b"sealed canary")

    book = await exported(made, user, site)

    assert [row["title"] for row in rows_of(book)] == ["Project kickoff"]
    assert not any("notes" in name and name != "notes" for name in NAMES)


def test_a_cell_that_is_too_long_ends_visibly() -> None:
    text = cell_text("🙂" * 20_000)

    assert text.endswith("…")
    assert len(text.encode("utf-16-le")) // 2 <= MOST_UNITS
    assert cell_text("a\x00\x0b\ufffe") == "a" + "\N{REPLACEMENT CHARACTER}" * 3

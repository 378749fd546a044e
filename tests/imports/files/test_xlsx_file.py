"""Workbooks, and what pretends to be one."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.imports.errors import CannotImportError
from app.imports.files import archive, xml_check
from app.imports.files.limits import FileLimits
from app.imports.files.xlsx_file import XlsxFile
from tests.imports.files.making import repacked, workbook

SHEET = "xl/worksheets/sheet1.xml"
ROWS = (["title", "n"], ["One", 1], ["Two", 2])

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.xlsx"


def sheet(rows: str) -> bytes:
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>".encode()


def refusal(path: Path, content: bytes, **limits: int) -> str:
    path.write_bytes(content)
    with pytest.raises(CannotImportError) as caught:
        list(XlsxFile(path, FileLimits(**limits)).rows())
    return str(caught.value)


def test_cells_are_text_dates_are_dates_and_numbers_have_no_needless_point(path: Path) -> None:
    moment = dt.datetime(2026, 6, 12, 14, 30)  # noqa: DTZ001 - a workbook has no zones
    given = [moment, dt.date(2026, 6, 12), dt.time(9, 5), 3.0, 2.5, True, None, "=A"]
    path.write_bytes(workbook([*"abcdefgh"], [*given[:-1], "text"]))

    (row,) = XlsxFile(path).rows()

    assert row.cells == [
        "2026-06-12T14:30:00", "2026-06-12", "09:05:00", "3", "2.5", "TRUE", "", "text",
    ]  # fmt: skip
    assert row.number == "1"


def test_a_formula_counts_by_the_value_that_was_saved_with_it(path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
    cells += '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    path.write_bytes(repacked(workbook(["n"]), {SHEET: sheet(cells)}))

    assert [row.cells for row in XlsxFile(path).rows()] == [["2"]]


def test_empty_rows_are_none_and_gaps_are_blank(path: Path) -> None:
    path.write_bytes(
        workbook([], ["a", "b", "c"], [], ["1"], [None, None, "3"], ["x", "", "", "y"])
    )

    rows = list(XlsxFile(path).rows())

    assert [row.values for row in rows[:2]] == [
        {"a": "1", "b": "", "c": "", "#row": "1"},
        {"a": "", "b": "", "c": "3", "#row": "2"},
    ]
    assert (rows[2].values, rows[2].fault is None) == ({}, False)


def test_the_first_sheet_that_can_be_seen_is_read(path: Path) -> None:
    book = Workbook()
    hidden, shown = book.active, book.create_sheet("Shown")
    assert hidden is not None
    hidden.append(["hidden"])
    hidden.sheet_state = "hidden"
    shown.append(["shown"])
    book.save(path)

    file = XlsxFile(path)
    list(file.rows())

    assert (file.header, file.about) == (["shown"], {"sheet": "Shown"})


def test_what_a_sheet_says_of_its_size_is_not_believed(path: Path) -> None:
    content = workbook(*ROWS)
    path.write_bytes(content)
    with zipfile.ZipFile(path) as opened:
        text = opened.read(SHEET).decode()
    path.write_bytes(
        repacked(content, {SHEET: text.replace('ref="A1:B3"', 'ref="A1:A1"').encode()})
    )

    assert [row.cells for row in XlsxFile(path).rows()] == [["One", "1"], ["Two", "2"]]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(path: Path, part: float) -> None:
    content = workbook(*ROWS)

    assert "damaged, or cut off" in refusal(path, content[: int(len(content) * part)])


def test_a_damaged_part_is_refused(path: Path) -> None:
    content = bytearray(workbook(*ROWS))
    place = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[place : place + 20] = bytes(20)

    assert "damaged" in refusal(path, bytes(content))


def test_a_part_that_unpacks_to_gigabytes_is_refused(path: Path) -> None:
    bomb = repacked(workbook(*ROWS), {"xl/media/image1.png": bytes(64 * 2**20)})

    assert "unpacks to far more" in refusal(path, bomb)


def test_what_comes_out_counts_and_not_what_the_archive_says(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10_000)
    content = repacked(workbook(*ROWS), {"xl/media/a.bin": bytes(20_000)})
    lying = content.replace((20_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert "unpacks" in refusal(path, content)
    assert "unpacks" in refusal(path, lying) or "damaged" in refusal(path, lying)


def test_many_parts_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 20)
    content = repacked(workbook(*ROWS), {f"xl/x{number}": b"" for number in range(20)})

    assert "more than 20 parts" in refusal(path, content)


def test_a_directory_of_an_archive_is_read_only_up_to_its_bound(path: Path) -> None:
    content = repacked(workbook(*ROWS), {f"xl/{number:0200}": b"" for number in range(6_000)})

    assert "damaged" in refusal(path, content)


BILLION_LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BILLION_LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    "member", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_entities_are_refused_in_whatever_part(path: Path, member: str, doctype: str) -> None:
    content = f"{doctype}<sst {NAMESPACE}><si><t>&lol2;&f;</t></si></sst>".encode()

    assert "declares entities" in refusal(path, repacked(workbook(*ROWS), {member: content}))


def test_a_sheet_under_another_name_is_looked_through_as_well(path: Path) -> None:
    rels = "xl/_rels/workbook.xml.rels"
    book = workbook(*ROWS)
    path.write_bytes(book)
    with zipfile.ZipFile(path) as opened:
        text = opened.read(rels).decode()
    over = {
        rels: text.replace("worksheets/sheet1.xml", "media/a.png").encode(),
        SHEET: None,
        "xl/media/a.png": (BILLION_LAUGHS + "<worksheet/>").encode(),
    }

    assert "declares entities" in refusal(path, repacked(book, over))


def test_a_row_of_a_million_cells_is_refused(path: Path) -> None:
    content = sheet("<row>" + "<c/>" * 100_000 + "</row>")

    assert "a row of too many cells" in refusal(path, repacked(workbook(*ROWS), {SHEET: content}))


def test_elements_that_are_no_rows_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_check, "MAX_KEPT_OF_SHEET", 1_000)
    content = sheet("<x/>" * 2_000)

    assert "too many elements" in refusal(path, repacked(workbook(*ROWS), {SHEET: content}))


def test_an_element_without_an_end_is_refused(path: Path) -> None:
    content = sheet(f'<row><c a="{"x" * 5 * 2**20}"/></row>')

    assert "too large" in refusal(path, repacked(workbook(*ROWS), {SHEET: content}))


def test_macros_are_refused(path: Path) -> None:
    assert "macros" in refusal(path, repacked(workbook(*ROWS), {"xl/vbaProject.bin": b"x"}))


def test_rows_far_down_a_sheet_do_not_make_it_long(path: Path) -> None:
    far = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999999"><c><v>2</v></c></row>'
    )

    assert "more than 1,048,576 rows" in refusal(path, repacked(workbook(["a"]), {SHEET: far}))


def test_rows_beyond_the_most_are_refused(path: Path) -> None:
    content = workbook(*ROWS)
    path.write_bytes(content)

    assert len(list(XlsxFile(path, FileLimits(max_rows=2)).rows())) == 2
    assert "more than 1 rows" in refusal(path, content, max_rows=1)


@pytest.mark.parametrize(
    "over",
    [
        {"xl/workbook.xml": b"<x/>"},
        {"xl/workbook.xml": b"no xml"},
        {SHEET: b"<worksheet/>"},
        {SHEET: None},
        {"[Content_Types].xml": b"<Types/>"},
        {"xl/styles.xml": b"<styleSheet><cellXfs>"},
        {SHEET: sheet('<row r="x"><c r="??"><v>1</v></c></row>')},
        {SHEET: sheet('<row><c t="s"><v>99999</v></c></row>')},
        {SHEET: sheet('<row><c t="n"><v>abc</v></c></row>')},
    ],
)
def test_a_workbook_that_is_put_together_wrongly_is_refused(
    path: Path, over: dict[str, bytes | None]
) -> None:
    assert "rows.xlsx" in refusal(path, repacked(workbook(*ROWS), over))

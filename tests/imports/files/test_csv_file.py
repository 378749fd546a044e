# ruff: noqa: RUF001 - letters of other scripts look like ours
"""Files as they come: good ones, odd ones and hostile ones."""

import csv
import os
from pathlib import Path

import pytest

from app.imports.errors import CannotImportError
from app.imports.files.cells import guarded
from app.imports.files.csv_file import CsvFile
from app.imports.files.limits import MAX_COLUMNS, MAX_LINE, FileLimits
from app.imports.files.rows import require_columns


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def read(path: Path, content: bytes) -> list[dict[str, str]]:
    path.write_bytes(content)
    return [row.values for row in CsvFile(path).rows()]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_line_ends_make_no_difference(
    path: Path, mark: bytes, line_end: bytes
) -> None:
    lines = ["a,b", "1,Örsted", '"two', 'lines",3', ""]
    rows = read(path, mark + line_end.join(line.encode() for line in lines))

    assert [(row["a"].split(), row["b"]) for row in rows] == [
        (["1"], "Örsted"),
        (["two", "lines"], "3"),
    ]


def test_empty_lines_are_no_rows(path: Path) -> None:
    rows = read(path, b"\na,b\n\n1,2\n\n3,4\n\n")

    assert [row["#row"] for row in rows] == ["1", "2"]


def test_a_number_in_the_column_for_it_goes_before_the_count(path: Path) -> None:
    assert [row["#row"] for row in read(path, b"a,#row\nx,17\n")] == ["17"]


@pytest.mark.parametrize("cells", ["1", "1,2,3"])
def test_a_row_with_another_number_of_cells_keeps_them_and_has_no_values(
    path: Path, cells: str
) -> None:
    path.write_text(f"a,b\n{cells}\n3,4\n")

    ragged, whole = CsvFile(path).rows()

    assert (ragged.cells, ragged.values) == (cells.split(","), {})
    assert whole.values == {"a": "3", "b": "4", "#row": "2"}


def test_nul_bytes_are_left_to_validation(path: Path) -> None:
    assert read(path, b"a\nx\x00y\n")[0]["a"] == "x\x00y"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("a\nx\n".encode("utf-16")[:-1], "is not UTF-16, from line"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "is not CSV at line 4: unexpected end of data"),
        (b'a,b\n1,2\n"3"x,4\n', "is not CSV at line 3"),
        (b"a\n" + b"x" * (csv.field_size_limit() + 1), "at line 2: field larger than"),
        (b"a\n" + b"x" * MAX_LINE, "at line 2: it has more than"),
    ],
)
def test_what_is_not_csv_is_refused_as_a_whole(path: Path, content: bytes, message: str) -> None:
    with pytest.raises(CannotImportError, match=message):
        read(path, content)


def test_a_missing_file_and_what_is_no_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name in ("missing.csv", ".", "pipe"):
        with pytest.raises(CannotImportError, match="no file"):
            CsvFile(tmp_path / name)


def test_columns_have_to_be_there_once_when_they_are_used(path: Path) -> None:
    path.write_text("a,b,b,,\n")
    file = CsvFile(path)

    require_columns(file.header, ["a", "#row"])
    with pytest.raises(CannotImportError, match="no column 'A'; the columns are 'a', 'b'"):
        require_columns(file.header, ["A"])
    for twice in ("b", ""):
        with pytest.raises(CannotImportError, match="several columns"):
            require_columns(file.header, [twice])


TEXTS = {
    "cp1252": "Titel;Größe\nBesprechung über Öl und Äpfel;groß\nRéunion générale;ça\n",
    "cp1250": "Tytuł;Miejsce\nZażółć gęślą jaźń w Łodzi, wśród źdźbeł;Łódź\nSpotkanie;Gdańsk\n",
    "cp1251": "Тема;Место\nВстреча с представителями отрасли энергии;Москва\nСовещание;Киев\n",
    "cp1253": "Θέμα;Τόπος\nΣυνάντηση με τους εκπροσώπους του κλάδου;Αθήνα\nΣυζήτηση;Πάτρα\n",
    "utf-8": "件名;場所\n会議の議題;東京\n",
    "utf-8-sig": "件名;場所\n会議の議題;東京\n",
    "utf-16": "Título;Lugar\nReunión en Logroño;Málaga\n",
    "utf-16-le": "Title;Place\nA meeting about nothing;Orléans\n",
    "utf-16-be": "Title;Place\nA meeting about nothing;Orléans\n",
    "utf-32": "Title;Place\nA meeting about nothing;Orléans\n",
    "cp932": "件名;場所\n会議の議題について話し合いました;東京\n来週の予定を確認する;大阪\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_is_told_by_what_is_in_the_file(path: Path, encoding: str) -> None:
    text = TEXTS[encoding]
    path.write_bytes(text.encode(encoding))

    file = CsvFile(path)

    header, *lines = [line.split(";") for line in text.splitlines()]
    assert file.header == header
    assert [row.cells for row in file.rows()] == lines


def test_a_fault_far_into_the_file_is_found_before_any_row_is_read(path: Path) -> None:
    rows = "title,place\n" + "A meeting,Paris\n" * 100_000
    path.write_bytes(rows.encode() + "Réunion,Orléans\n".encode("cp1252"))

    *_, last = CsvFile(path).rows()

    assert last.cells == ["Réunion", "Orléans"]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_sign_that_cuts_evenly(path: Path, sign: str) -> None:
    lines = [["title", "text"], ["A, b; c", "x|y"], ["One", 'two, "three"; four']]
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=sign).writerows(lines)

    opened = CsvFile(path)

    assert [opened.header, *(row.cells for row in opened.rows())] == lines
    assert opened.about == {"encoding": "utf-8", "delimiter": sign}


def test_a_first_line_that_says_the_delimiter_is_believed(path: Path) -> None:
    rows = read(path, b"sep=;\r\na;b\r\n1;2,3\r\n")

    assert [(row["a"], row["b"], row["#row"]) for row in rows] == [("1", "2,3", "1")]


def test_one_column_alone_has_no_delimiter(path: Path) -> None:
    assert [row["title"] for row in read(path, b"title\nOne\n")] == ["One"]


def test_rows_beyond_the_most_are_refused(path: Path) -> None:
    path.write_text("a\n1\n2\n3\n")

    assert len(list(CsvFile(path, FileLimits(max_rows=3)).rows())) == 3
    with pytest.raises(CannotImportError, match="more than 2 rows"):
        list(CsvFile(path, FileLimits(max_rows=2)).rows())


def test_columns_beyond_the_most_are_refused(path: Path) -> None:
    path.write_text(",".join(map(str, range(MAX_COLUMNS + 1))) + "\n")

    with pytest.raises(CannotImportError, match="more than 500 columns"):
        CsvFile(path)


def test_cells_that_were_guarded_come_back_as_they_were(path: Path) -> None:
    cells = ["=1+1", "'=x", "'", "-5", "plain", "@sum", "+49"]
    lines = ["a,#reason", *(f"{guarded(cell)},wrong" for cell in cells)]

    assert [row["a"] for row in read(path, "\n".join(lines).encode())] == cells


def test_a_file_of_somebody_else_keeps_its_apostrophes(path: Path) -> None:
    assert read(path, b"a\n'=1\n")[0]["a"] == "'=1"

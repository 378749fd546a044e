"""Files as they come: good ones, odd ones and hostile ones."""

import csv
import os
from pathlib import Path

import pytest

from app.imports.csv_file import MAX_LINE, CsvFile
from app.imports.errors import CannotImportError


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
        ("a\nÖrsted\n".encode("latin-1"), "is not UTF-8, from line 1 on"),
        ("a\nx\n".encode("utf-16"), "is not UTF-8"),
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

    file.require(["a", "#row"])
    with pytest.raises(CannotImportError, match="no column 'A'; the columns are 'a', 'b'"):
        file.require(["A"])
    for twice in ("b", ""):
        with pytest.raises(CannotImportError, match="several columns"):
            file.require([twice])

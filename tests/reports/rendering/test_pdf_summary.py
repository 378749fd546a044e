"""The PDF of a summary, read back as text."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF

from app.reports.rendering.pdf import fonts
from app.reports.rendering.pdf.columns import ticks_to
from app.reports.rendering.pdf.fonts import REGULAR, Face, Fonts
from app.reports.rendering.pdf.sheet import MARGIN
from app.reports.rendering.pdf.summary import write_summary
from app.reports.summary.figures import Summary
from tests.reports.rendering.summaries import HOSTILE, front, sites, summary

HAS_FONTS = all(face.path for face in (REGULAR, *fonts.OTHERS))


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    yield document
    document.close()


def written(path: Path, told: Summary, title: str = "Activity of 2026") -> list[str]:
    """The text of each page of a summary."""
    write_summary(path, front(title, [line.name for line in told.sites]), told)
    with opened(path) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_bounded().replace("\r\n", "\n"))
            text.close()
            page.close()
        return pages


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "summary.pdf"


@pytest.fixture
def core_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No packages of fonts."""
    monkeypatch.setattr(fonts, "REGULAR", Face("no_such_package", "no.ttf"))


def test_the_first_page_says_what_it_is_about(path: Path) -> None:
    first = written(path, summary(sites(3)))[0]

    for text in (
        "Activity of 2026",
        "Type is one of Call, Meeting",
        "Europe/Paris",
        "Site 000, Site 001, Site 002",
        "28 Nov 2026, 19:00 (UTC+01:00)",
        "12 before",
        "50.0 %",
    ):
        assert text in first


def test_each_page_has_its_number_and_the_number_of_all(path: Path) -> None:
    pages = written(path, summary(sites(200)))

    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Europe/Paris" in page


def test_every_line_is_told_with_its_figures(path: Path) -> None:
    told = summary(sites(200))

    text = "\n".join(written(path, told))

    assert all(line.name in text for line in told.sites)
    assert "By site, continued" in text
    assert "180 other leads" in text
    assert "Wednesday" in text
    assert f"{told.total.count:,}" in text


@pytest.mark.parametrize("number", [0, 1, 200])
def test_nothing_leaves_the_margins(path: Path, number: int) -> None:
    written(path, summary([*HOSTILE[:number], *sites(max(number - len(HOSTILE), 0))]), "Ж" * 300)

    with opened(path) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(place) for place in range(text.count_chars())]
            assert min(left for left, *_ in boxes) >= MARGIN - 3
            assert max(right for _, _, right, _ in boxes) <= page.get_width() - MARGIN + 3
            text.close()
            page.close()


def test_nothing_at_all_is_a_report_too(path: Path) -> None:
    pages = written(path, summary([]))

    assert "Nothing" in pages[0]
    assert "0 of 0" in pages[0]


def test_many_months_are_told_by_year(path: Path) -> None:
    text = "\n".join(written(path, summary(sites(2), days=2_000)))

    assert "Interactions by year" in text
    assert "2041" in text


@pytest.mark.usefixtures("core_fonts")
def test_without_fonts_other_scripts_are_question_marks(path: Path) -> None:
    text = "\n".join(written(path, summary(["Łódź", "Αθήνα", "Émile & Søn"])))

    assert "?ód?" in text
    assert "?????" in text
    assert "Émile & Søn" in text


@pytest.mark.skipif(not HAS_FONTS, reason="the packages of fonts are not installed")
@pytest.mark.parametrize(
    "name", ["Αθήνα", "Санкт-Петербург", "Łódź Żółć", "東京都千代田区霞が関", "서울"]
)
def test_other_scripts_are_shown(path: Path, name: str) -> None:
    assert name in "\n".join(written(path, summary([name])))


def test_what_runs_from_right_to_left_is_drawn_as_it_is_seen() -> None:
    with closing(Fonts(FPDF(), [])) as known:
        assert known.in_view("Lyon (12)") == "Lyon (12)"
        assert known.in_view("Tel אבג (12) x") == "Tel (12) גבא x"


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0, [0, 1, 2]),
        (1, [0, 1, 2]),
        (3, [0, 1, 2, 3]),
        (12, [0, 5, 10, 15]),
        (1_095, [0, 500, 1_000, 1_500]),
    ],
)
def test_the_scale_has_round_numbers(top: int, ticks: list[int]) -> None:
    assert ticks_to(top) == ticks
